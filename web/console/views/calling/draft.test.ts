import { describe, expect, it } from 'vitest';
import { bodyOf, draftOf, seconds, toggled } from './draft';

describe('a policy as it is edited', () => {
  const plan = {
    steps: [
      { step: 'duty_officer' as const, after_s: 0, channels: ['sms' as const] },
      { step: 'named' as const, people: ['p1', 'p2'], after_s: 30, channels: ['voice' as const] },
      { step: 'everybody' as const, after_s: 300, channels: ['sms' as const, 'voice' as const] },
    ],
    unseen: { after_s: 10, channels: ['sms' as const] },
  };

  it('goes back as it came when nothing is changed', () => {
    const draft = draftOf(plan, [{ id: 'p1', name: 'Noor' }], ['sms']);
    expect(draft.steps[1]?.people).toEqual([
      { id: 'p1', name: 'Noor' },
      { id: 'p2', name: '?' },
    ]);
    expect(bodyOf(draft, 4)).toEqual({ revision: 4, ...plan });
    expect(new Set(draft.steps.map(({ key }) => key)).size).toBe(3);
  });

  it('says nothing of the operations centre where that is switched off, and of people only where they are named', () => {
    const draft = draftOf({ steps: plan.steps.slice(0, 1) }, [], ['sms', 'voice']);
    expect(draft.unseen).toEqual({ on: false, after: '5', channels: ['sms', 'voice'] });
    expect(bodyOf(draft, 0)).toEqual({ revision: 0, steps: [plan.steps[0]] });
  });

  it('reads seconds in the digits of either language, and sends nothing else as if it were some', () => {
    expect([seconds('90'), seconds(' ٩٠ '), seconds('0')]).toEqual([90, 90, 0]);
    for (const typed of ['', '-1', '1.5', 'soon', '1e3']) expect(seconds(typed)).toBe(4_294_967_295);
  });

  it('has each channel once', () => {
    expect(toggled(['sms'], 'voice')).toEqual(['sms', 'voice']);
    expect(toggled(['sms', 'voice'], 'sms')).toEqual(['voice']);
  });
});
