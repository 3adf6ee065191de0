import { Looks } from '../fixtures/looks';
import type { PhonePage } from '../fixtures/phone';
import { StubPush } from '../fixtures/stub_push';
import { expect, test, type Muster, type PhoneOptions } from '../fixtures/test';
import { pattern } from '../fixtures/words';

test.use({ pushing: true });

/** So tall that nothing lies behind the bars at the top and at the bottom. */
const TALL = { width: 320, height: 2_600 };

/** The phone of the security officer on duty, in Chromium. */
async function officersPhone(muster: Muster, options: PhoneOptions = {}): Promise<PhonePage> {
  const phone = await muster.phone(1, { ...options, before: (page) => StubPush.on(page, muster.push) });
  const { name } = muster.login(2);
  const person = await muster.operator.person(name);
  const { code } = await (await muster.signedIn(3)).enrolment(person.id ?? '');
  await phone.enrol(`${phone.origin}/phone#enrol=${code}`, name);
  await phone.go('settings');
  return phone;
}

const choice = (phone: PhonePage) => phone.page.getByRole('checkbox', { name: phone.words.waking.switch });

/** What is shown among the notifications. */
function shown(phone: PhonePage) {
  return phone.page.evaluate(async () => {
    const all = await (await navigator.serviceWorker.ready).getNotifications();
    return all.map(({ body, lang, dir, silent, requireInteraction: stays }) => ({ body, lang, dir, silent, stays }));
  });
}

for (const language of ['en', 'ar'] as const) {
  test(`a phone that is woken shows on its page what it shows among the notifications, in ${language}`, async ({ muster }) => {
    test.setTimeout(120_000);
    const phone = await officersPhone(muster, { language, notifications: 'allowed', size: TALL });
    const { page, words } = phone;
    const looks = new Looks(page, language, 'phone');
    await expect(page.getByText(words.waking.state.off)).toBeVisible();
    await looks.at('settings, off');
    await choice(phone).click();
    await expect(page.getByText(words.waking.state.unproven)).toBeVisible();
    await expect(choice(phone)).toBeChecked();
    await looks.at('settings, on');
    await phone.go('home');
    const { case: of } = await (await muster.barePhone(muster.phoneLink(1).name)).tap();
    // Nobody has proven a number: the officer's step is followed at once by the one that calls everybody, and them again.
    await expect.poll(() => muster.push.given.length).toBe(2);
    await expect.poll(() => shown(phone).then((all) => all.length)).toBe(1);
    const card = page.getByRole('region', { name: words.summons.title });
    await expect(card).toHaveCount(1);
    await expect(card).toContainText(of.reference);
    await expect(card).toContainText(pattern(words.summons.at));
    await looks.at('home, woken');
    const [notification] = await shown(phone);
    expect(notification).toMatchObject({ silent: false, stays: true });
    await expect(card).toContainText(notification?.body ?? '-');
    await card.getByRole('button', { name: words.summons.away }).click();
    await expect(card).toBeHidden();
    await expect.poll(() => shown(phone)).toEqual([]);
    await phone.open('#summons');
    await expect(page.getByText(words.summons.none)).toBeVisible();
    await looks.at('nothing calls');
    await phone.go('settings');
    await expect(page.getByText(pattern(words.waking.state.on))).toBeVisible();
    await choice(phone).click();
    await expect(page.getByText(words.waking.state.off)).toBeVisible();
  });
}
