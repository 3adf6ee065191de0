import { Looks, unreachable } from '../fixtures/looks';
import { pattern } from '../fixtures/words';
import { expect, test } from '../fixtures/test';

for (const language of ['en', 'ar'] as const) {
  test(`every screen of the phone is accessible, in ${language}`, async ({ muster }) => {
    const at = { latitude: -18.0212, longitude: 85.0345, accuracy: 12 };
    const phone = await muster.phone(1, { language, clock: true, serviceWorkers: 'block', size: { width: 320, height: 640 }, at });
    const { page, words } = phone;
    const looks = new Looks(page, language, 'phone');
    const { link, name } = muster.phoneLink(1);
    await phone.open();
    await expect(page.getByRole('button', { name: words.enrol.go })).toBeVisible();
    await looks.at('enrol', 'nobody');
    await page.getByLabel(words.enrol.code).fill('AAAA-AAAA-AAAA-AAAA');
    await page.getByRole('button', { name: words.enrol.go }).click();
    await expect(page.getByRole('alert')).toHaveText(words.enrol.refusal.code);
    await looks.at('enrol refused', 'nobody');
    await page.goto('about:blank');
    await page.goto(link);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(pattern(words.enrol.doneTitle, { name }));
    await looks.at('enrolled');
    await page.getByRole('button', { name: words.enrol.done }).click();
    await expect(phone.button).toBeVisible();
    await looks.at('home');
    await phone.go('calls');
    await expect(page.locator('a[href^="tel:"]').first()).toBeVisible();
    await looks.at('contacts');
    await phone.go('settings');
    await looks.at('settings');
    await phone.go('colleague');
    await expect(page.getByText(words.colleague.hint)).toBeVisible();
    await looks.at('colleague');
    await phone.go('home');
    await phone.button.tap();
    await expect(page.getByRole('button', { name: words.hold.send })).toBeVisible();
    await looks.at('confirm');

    let answer: () => void = () => undefined;
    const answered = new Promise<void>((done) => (answer = done));
    await page.route('**/v1/not-okay', async (route) => {
      await answered;
      await route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"busy","detail":"Busy."}' });
    });
    await page.getByRole('button', { name: words.hold.send }).click();
    await phone.expectStage(words.stage.sending);
    await looks.at('sending');
    answer();
    await phone.expectStage(words.stage.queued);
    await looks.at('queued');
    await page.clock.runFor(10_000);
    await expect(page.getByText(words.notConfirmed.title)).toBeVisible();
    await looks.at('not confirmed');
    await page.unroute('**/v1/not-okay');
    await page.clock.runFor(30_000);
    await phone.expectStage(words.stage.stored);
    await looks.at('stored');
    await looks.expectLeftToRight(/^\d\d:\d\d:\d\dZ$/);
    await page.clock.runFor(60_000);
    await expect(page.getByText(words.unanswered.title)).toBeVisible();
    await looks.at('nobody answered');

    const [open] = await muster.operator.casesOf(name);
    await muster.operator.act(open?.id ?? '', 'claim');
    await phone.expectStage(words.stage.taken, { name: muster.operator.name });
    await page.getByRole('button', { name: words.facts.dangers.attack }).click();
    await page.getByLabel(words.facts.place).fill('خلف السوق');
    await page.getByRole('button', { name: words.facts.send }).click();
    await expect(page.locator('.mark:not(.waiting)')).toHaveCount(2);
    await looks.at('taken, with facts');
    await page.getByRole('button', { name: words.hiding.press }).click();
    await expect(page.getByText(words.hiding.on)).toBeVisible();
    await looks.at('hiding');
    await phone.go('calls');
    await expect(page.getByText(words.calls.hidden)).toBeVisible();
    await looks.at('contacts while hiding');
    const { revision } = await muster.operator.act(open?.id ?? '', 'notes', { text: 'Spoke to them.' });
    await expect.poll(async () => (await muster.operator.detail(open?.id ?? '')).case.facts.can_talk).toBe('no');
    const { case: now } = await muster.operator.detail(open?.id ?? '');
    await muster.operator.act(open?.id ?? '', 'close', { outcome: 'resolved', note: 'Safe.', revision: Math.max(revision, now.revision) });
    await phone.open('#case');
    await phone.expectStage(words.stage.closed);
    await looks.at('closed');
  });
}

test('at 320 pixels and text at 200 % everything in Arabic stays within reach', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1, { language: 'ar', size: { width: 320, height: 640 } });
  const { page, words } = phone;
  const large = async (screen: string): Promise<void> => {
    await page.evaluate(() => (document.documentElement.style.fontSize = '212.5%'));
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(sideways, `${screen}: pixels to scroll sideways`).toBeLessThanOrEqual(0);
    expect.soft(await unreachable(page), screen).toEqual([]);
  };
  await large('home');
  for (const to of ['colleague', 'calls', 'settings', 'home'] as const) {
    await phone.go(to);
    await large(to);
  }
  await phone.hold();
  await phone.expectStage(words.stage.stored);
  await large('stored');
});

test('on the long page of a case the bar stays in reach and never lies on what has the focus', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1, { size: { width: 320, height: 640 } });
  const { page, words } = phone;
  await phone.hold();
  await phone.expectStage(words.stage.stored);
  const bar = page.getByRole('navigation', { name: words.nav.label });
  await page.evaluate(() => scrollTo(0, 0));
  const stops: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const one = document.activeElement;
      const bar = document.querySelector('nav');
      if (!one || !bar || one === document.body || bar.contains(one)) return undefined;
      return { what: one.textContent || one.tagName, bottom: one.getBoundingClientRect().bottom, top: bar.getBoundingClientRect().top };
    });
    if (!focus) break;
    stops.push(focus.what);
    expect.soft(focus.bottom, `${focus.what}: pixels from the top to its end, and to the bar`).toBeLessThanOrEqual(focus.top);
    await expect.soft(bar, focus.what).toBeInViewport({ ratio: 1 });
  }
  expect(stops.length, 'what was focused').toBeGreaterThan(20);
  for (const link of await bar.getByRole('link').all()) {
    const box = await link.boundingBox();
    expect.soft(Math.min(box?.width ?? 0, box?.height ?? 0), 'the smaller side of a link, in pixels').toBeGreaterThanOrEqual(48);
  }
  await phone.go('calls');
  expect(await page.evaluate(() => scrollY), 'a page begins at its top').toBe(0);
});
