import { beforeEach, describe, expect, it, vi } from 'vitest';

/** A page as far as keys need one. */
function stubPage(): Map<string, (event: unknown) => void> {
  const listeners = new Map<string, (event: unknown) => void>();
  const nothing = (): void => undefined;
  class Element {}
  vi.stubGlobal('HTMLElement', Element);
  vi.stubGlobal('location', { hash: '#/people', origin: 'https://muster.example', href: 'https://muster.example/console', host: 'muster.example', pathname: '/console' });
  vi.stubGlobal('history', { pushState: nothing, replaceState: nothing });
  vi.stubGlobal('document', {
    activeElement: null,
    documentElement: { dataset: {}, classList: { toggle: nothing } },
    visibilityState: 'visible',
    querySelector: () => null,
    addEventListener: nothing,
  });
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: nothing }));
  vi.stubGlobal('addEventListener', (kind: string, listener: (event: unknown) => void) => listeners.set(kind, listener));
  vi.stubGlobal('requestAnimationFrame', nothing);
  return listeners;
}

describe('Esc on the page of an area', () => {
  beforeEach(() => vi.resetModules());

  async function started() {
    const listeners = stubPage();
    const { startKeys } = await import('./commands');
    const { modalOpened } = await import('./modals');
    const { route } = await import('./router');
    const { session, stage } = await import('./session');
    session.value = { works_cases: false } as never;
    stage.value = 'signedIn';
    startKeys();
    const press = (repeat = false): void =>
      listeners.get('keydown')?.({ key: 'Escape', code: 'Escape', shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, repeat, target: null, preventDefault: () => undefined });
    return { press, modalOpened, page: () => route.value.page };
  }

  it('closes the dialog in front of it and leaves the page where it is', async () => {
    const { press, modalOpened, page } = await started();
    expect(page()).toBe('area');
    const gone = modalOpened();
    press();
    expect(page()).toBe('area');
    // Esc is still down when the dialog is gone.
    gone();
    press(true);
    expect(page()).toBe('area');
    press();
    expect(page()).toBe('queue');
  });

  it('counts dialogs that stand on one another, each once', async () => {
    const { press, modalOpened, page } = await started();
    const [first, second] = [modalOpened(), modalOpened()];
    second();
    second();
    press();
    expect(page()).toBe('area');
    first();
    press();
    expect(page()).toBe('queue');
  });

  it('leaves what is being typed before it leaves the page', async () => {
    const { press, page } = await started();
    const field = { matches: (kinds: string) => kinds.includes('textarea'), value: 'Armed men', blur: () => (document as { activeElement: unknown }).activeElement = null };
    (document as { activeElement: unknown }).activeElement = field;
    press();
    expect(page()).toBe('area');
    press();
    expect(page()).toBe('queue');
  });
});
