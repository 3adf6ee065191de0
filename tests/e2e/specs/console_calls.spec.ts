import { expect, test } from '../fixtures/test';

test.describe('with a gateway for text messages', () => {
  test.use({ texting: true });

  test('an alarm that nobody takes calls people, and the case says whom, how it went and who is next', async ({ muster }) => {
    const [phone] = await muster.barePhones(1);
    const stored = await phone?.tap();
    await expect.poll(() => muster.texts.length).toBeGreaterThan(0);
    const reference = stored?.case.reference ?? '';
    expect(muster.texts.every(({ text }) => text.startsWith('EXERCISE EXERCISE: MUSTER: ') && text.includes(reference))).toBe(true);
    expect(muster.texts.some(({ text }) => text.includes(phone?.name ?? ''))).toBe(false);

    const desk = await muster.console();
    await desk.start(muster.login(0));
    await desk.press('j', 'Enter');
    const { changes, footer, terms } = desk.words;
    await expect(desk.page.getByText(footer.reachTexts)).toBeVisible();
    const called = desk.timeline.filter({ hasText: changes.called(terms.ladderStep.duty_officer) });
    await expect(called).toHaveCount(1);
    await expect(desk.timeline.filter({ hasText: terms.deliveryState.accepted }).first()).toBeVisible();
    const next = desk.detail.locator('[data-next-call]');
    await expect(next).toContainText(/\d:\d\d/);
    await desk.press('c');
    await expect(next).toHaveCount(0);
  });
});
