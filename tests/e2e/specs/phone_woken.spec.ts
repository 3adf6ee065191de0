import { expect, test, type Muster } from '../fixtures/test';
import { WokenPhone } from '../fixtures/woken_phone';
import { pattern, PHONE } from '../fixtures/words';

const words = PHONE.en;

test.use({ pushing: true });

/** A code for the phone of the security officer on duty. */
async function officersCode(muster: Muster): Promise<{ code: string; name: string }> {
  const { name } = muster.login(2);
  const person = await muster.operator.person(name);
  const { code } = await (await muster.signedIn(3)).enrolment(person.id ?? '');
  return { code, name };
}

/** Where the messages by Web Push about a case stand. */
async function pushed(muster: Muster, id: string): Promise<string[]> {
  const { timeline } = await muster.operator.detail(id);
  return timeline.flatMap(({ change }) => (change.what === 'call_result' && change.channel === 'webpush' ? [change.state] : []));
}

async function withPhone(muster: Muster, notifications: 'allowed' | 'blocked', work: (phone: WokenPhone) => Promise<void>): Promise<void> {
  const phone = await WokenPhone.start(muster, notifications);
  try {
    await work(phone);
  } finally {
    await phone.close();
  }
}

test('an alarm wakes the closed phone of the officer on duty, and a press on the card opens what it is about', async ({ muster }) => {
  test.setTimeout(180_000);
  await withPhone(muster, 'allowed', async (phone) => {
    const { code, name } = await officersCode(muster);
    await phone.enrol(code, name);
    await phone.reads(words.waking.state.off);
    await phone.press();
    await phone.reads(words.waking.state.unproven);
    expect(muster.push.subscriptions).toBe(1);
    await phone.leave();

    const raised = await muster.barePhone(muster.phoneLink(1).name);
    const began = performance.now();
    const { case: of } = await raised.tap();
    await expect.poll(() => phone.notifications().then((all) => all.length), { intervals: [100] }).toBe(1);
    console.log(`From the tap to the notification: ${Math.round(performance.now() - began)} ms`);
    const [card] = await phone.notifications();
    expect(card).toMatchObject({ title: 'Muster', dir: 'ltr', silent: false, stays: true });
    expect(card?.body).toContain(of.reference);
    expect(muster.push.given.map(({ size, headers }) => ({ size, ...headers }))).toEqual([
      { size: 166, ttl: expect.stringMatching(/^3[56]\d\d$/), urgency: 'high', encoding: 'aes128gcm', vapid: true },
    ]);
    await expect.poll(() => pushed(muster, of.id)).toContain('displayed');

    await phone.firefox.pressNotification();
    await expect.poll(() => phone.firefox.pages().then((all) => all.filter((one) => one.endsWith('/phone#summons')).length)).toBe(1);
    const pages = await phone.firefox.pages();
    await phone.firefox.turnTo(pages.findIndex((one) => one.endsWith('/phone#summons')));
    await phone.reads(pattern(card?.body ?? ''));
    await expect.poll(() => pushed(muster, of.id)).toContain('opened');
    await phone.openSettings();
    await phone.reads(pattern(words.waking.state.on));
  });
});
