import { AREAS } from '../fixtures/area_words';
import { enterKenya } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
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
    const { page } = desk;
    const { act, changes, footer, form: words, terms } = desk.words;
    await expect(desk.page.getByText(footer.reachTexts)).toBeVisible();
    const called = desk.timeline.filter({ hasText: changes.called(terms.ladderStep.duty_officer) });
    await expect(called).toHaveCount(1);
    await expect(desk.timeline.filter({ hasText: terms.deliveryState.accepted }).first()).toBeVisible();
    const next = desk.detail.locator('[data-next-call]');
    await expect(next).toContainText(/\d:\d\d/);
    const calls = page.getByRole('region', { name: desk.words.detail.calls });
    await expect(calls.locator('[data-way=sms][data-state=accepted]').first()).toBeVisible();

    const before = muster.texts.length;
    await desk.press('e');
    const form = desk.form(act.escalate);
    await form.getByLabel(words.reason).fill('Shots are heard');
    await page.keyboard.press('Enter');
    await expect(desk.timeline.filter({ hasText: terms.callOrder.hurried })).toContainText('Shots are heard');
    await expect.poll(() => muster.texts.length).toBeGreaterThan(before);
    await expect(desk.timeline.filter({ hasText: changes.called(terms.ladderStep.regional_officer) })).toHaveCount(1);

    await desk.press('c');
    await expect(next).toHaveCount(0);
    await desk.press('e');
    await form.getByLabel(words.stopCalls).check();
    await form.getByLabel(words.reason).fill('I am on the line with them');
    await page.keyboard.press('Enter');
    await expect(desk.timeline.filter({ hasText: terms.callOrder.stopped })).toHaveCount(1);
    await expect(calls.getByText(desk.words.detail.callsEnded)).toBeVisible();
  });

  for (const language of ['en', 'ar'] as const) {
    test(`the page of calls says who would be called when, and how the channels do, in ${language}`, async ({ muster }) => {
      const desk = await muster.console({ language });
      const { page, words } = desk;
      const { calling: text } = AREAS[language];
      const looks = new Looks(page, language, 'console');
      await desk.start(muster.login(0));
      await desk.press('g', 'c');
      await expect(page.getByRole('heading', { name: text.title, level: 2 })).toBeVisible();
      await expect(page.locator('[data-channel=sms]')).toBeVisible();
      await expect(page.locator('[data-channel=voice]')).toContainText(text.channels.off);
      await page.getByLabel(text.who.office, { exact: true }).selectOption({ index: 1 });
      await expect(page.locator('[data-step=duty_officer]').first()).toContainText(text.who.atOnce);
      await expect(page.locator('[data-step=operations]')).toContainText(text.who.unseen);
      await expect(page.getByText(text.who.standard)).toBeVisible();
      await looks.at('calls');
      expect(words.areas.name.calling).toBe(text.title);
    });
  }
});

for (const language of ['en', 'ar'] as const) {
  test(`an area gets a policy of its own, which is changed and taken away again, in ${language}`, async ({ install }) => {
    const admin = await install.administrator();
    await enterKenya(admin);
    const desk = await install.desk(admin, { language });
    const { page, words } = desk;
    const { calling: text } = AREAS[language];
    const looks = new Looks(page, language, 'console');
    await desk.press('g', 'c');
    await expect(page.getByText(text.policies.noChannels)).toBeVisible();
    await page.getByLabel(text.policies.add).selectOption({ label: text.policies.installation });
    await page.getByRole('button', { name: text.policies.edit, exact: true }).click();
    const dialog = page.getByRole('dialog', { name: text.form.title(text.policies.installation) });
    await expect(dialog).toBeVisible();
    // Without a channel the standard has no step: two are entered.
    for (let n = await dialog.locator('[data-step]').count(); n < 2; n += 1) {
      await dialog.getByRole('button', { name: text.form.addStep }).click();
    }
    const [first, last] = [dialog.locator('[data-step="1"]'), dialog.locator('[data-step="2"]')];
    await first.getByLabel(text.form.whom).selectOption('duty_officer');
    await first.getByLabel(text.form.after).fill('30');
    await last.getByLabel(text.form.whom).selectOption('everybody');
    await last.getByLabel(text.form.after).fill('240');
    await dialog.getByRole('button', { name: text.form.save }).click();
    await expect(dialog.getByRole('alert')).toContainText(words.errors.invalid_value);
    await first.getByLabel(text.form.after).fill('0');
    await looks.at('policy form', 'nobody');
    await dialog.getByRole('button', { name: text.form.save }).click();
    const policy = page.getByRole('article', { name: text.policies.installation });
    await expect(policy).toContainText(text.who.seconds('240'));
    await looks.at('policies', 'nobody');

    await policy.getByRole('button', { name: text.policies.editOf(text.policies.installation) }).click();
    await last.getByLabel(text.form.after).fill('180');
    await dialog.getByRole('button', { name: text.form.save }).click();
    await expect(policy).toContainText(text.who.seconds('180'));
    await policy.getByRole('button', { name: text.policies.endOf(text.policies.installation) }).click();
    await page.getByRole('dialog').getByRole('button', { name: text.policies.end, exact: true }).click();
    await expect(page.getByText(text.policies.none)).toBeVisible();
  });
}
