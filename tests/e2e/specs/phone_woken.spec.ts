import { expect, test, type Muster } from '../fixtures/test';
import { WokenPhone } from '../fixtures/woken_phone';
import { pattern, PHONE, WORKER_WORDS } from '../fixtures/words';

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

/**
 * Waits until both messages of an alarm were shown. Nobody has proven a number, so that the officer's step is followed at
 * once by the one that calls everybody, and them again.
 */
async function bothStepsShown(muster: Muster, id: string): Promise<void> {
  await expect.poll(() => pushed(muster, id).then((states) => states.filter((one) => one === 'displayed').length), { timeout: 30_000 }).toBe(2);
}

/** An operator deals with a case. */
async function closed({ operator }: Muster, id: string): Promise<void> {
  await operator.act(id, 'claim');
  const { case: now } = await operator.detail(id);
  await operator.act(id, 'close', { outcome: 'resolved', note: 'Safe.', revision: now.revision });
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
    const about = { title: 'Muster', dir: 'ltr', silent: false, stays: true, body: expect.stringContaining(of.reference) };
    await phone.shows(about);
    console.log(`From the tap to the notification: ${Math.round(performance.now() - began)} ms`);
    const [given] = muster.push.given;
    expect(given?.headers).toEqual({ ttl: expect.stringMatching(/^3[56]\d\d$/), urgency: 'high', encoding: 'aes128gcm', vapid: true });
    expect(given?.size).toBe(166);
    await bothStepsShown(muster, of.id);
    // One card for both steps.
    await phone.shows(about);
    const [card] = await phone.notifications();

    await phone.firefox.pressNotification();
    await expect.poll(() => phone.firefox.pages().then((all) => all.filter((one) => one.endsWith('/phone#summons')).length)).toBe(1);
    const pages = await phone.firefox.pages();
    await phone.firefox.turnTo(pages.findIndex((one) => one.endsWith('/phone#summons')));
    await phone.reads(pattern(card?.body ?? ''));
    await expect.poll(() => pushed(muster, of.id)).toContain('opened');

    await phone.leave();
    await closed(muster, of.id);
    await phone.open();
    await expect.poll(() => phone.notifications()).toEqual([]);
    await phone.openSettings();
    await phone.reads(pattern(words.waking.state.on));
    await phone.press();
    await phone.reads(words.waking.state.off);
    expect(muster.push.subscriptions).toBe(0);
  });
});

test('a message that is delivered twice is one card, and nothing sounds while the officer’s own alarm is open', async ({ muster }) => {
  test.setTimeout(180_000);
  await withPhone(muster, 'allowed', async (phone) => {
    const { code, name } = await officersCode(muster);
    await phone.enrol(code, name);
    await phone.press();
    await phone.reads(words.waking.state.unproven);
    muster.push.copies = 2;
    muster.push.hold();
    const raised = await muster.barePhone(muster.phoneLink(1).name);
    const { case: first } = await raised.tap();
    await expect.poll(() => muster.push.given.length).toBe(2);
    // The server did not know yet that the officer is in danger too.
    await phone.raise();
    await phone.leave();
    muster.push.letGo();
    await bothStepsShown(muster, first.id);
    await phone.shows({ silent: true, stays: true, body: expect.stringContaining(first.reference) });

    // Their own case is closed while no page is open: this phone still has it as open, and asks.
    const [own] = await muster.operator.casesOf(name);
    await closed(muster, own?.id ?? '');
    await closed(muster, first.id);
    const other = await muster.barePhone(muster.phoneLink(3).name);
    const { case: second } = await other.tap();
    await bothStepsShown(muster, second.id);
    await phone.shows({ silent: false, stays: true, body: expect.stringContaining(second.reference) });
  });
});

test('a woken phone that cannot reach the server says so, and what for as soon as it can', async ({ muster }) => {
  test.setTimeout(180_000);
  await withPhone(muster, 'allowed', async (phone) => {
    const { code, name } = await officersCode(muster);
    await phone.enrol(code, name);
    await phone.press();
    await phone.reads(words.waking.state.unproven);
    await phone.leave();
    muster.push.hold();
    const { case: of } = await (await muster.barePhone(muster.phoneLink(1).name)).tap();
    await expect.poll(() => muster.push.given.length).toBe(2);
    muster.server.freeze();
    muster.push.letGo();
    const general = WORKER_WORDS.en.general;
    await expect.poll(() => phone.notifications().then((all) => all.map(({ body, silent }) => [body, silent]))).toContainEqual([general, false]);
    muster.server.thaw();
    await bothStepsShown(muster, of.id);
    await phone.shows({ stays: true, silent: false, body: expect.stringContaining(of.reference) });
  });
});

test('a subscription that the push service forgot is made anew at the next start', async ({ muster }) => {
  test.setTimeout(180_000);
  await withPhone(muster, 'allowed', async (phone) => {
    const { code, name } = await officersCode(muster);
    await phone.enrol(code, name);
    await phone.press();
    await phone.reads(words.waking.state.unproven);
    muster.push.forgetAll();
    const { case: of } = await (await muster.barePhone(muster.phoneLink(1).name)).tap();
    await expect.poll(() => pushed(muster, of.id)).toContain('failed');
    expect(muster.push.given).toEqual([]);
    await phone.openSettings();
    await phone.reads(words.waking.state.unproven);
    await expect.poll(() => muster.push.subscriptions).toBe(1);
    await phone.leave();
    const { case: next } = await (await muster.barePhone(muster.phoneLink(3).name)).tap();
    await bothStepsShown(muster, next.id);
    // What was still to be sent about the first alarm comes too.
    await expect.poll(() => phone.notifications().then((all) => all.map(({ body }) => body))).toContainEqual(expect.stringContaining(next.reference));
  });
});

test('a closed phone whose subscriptions are over subscribes again by itself, and is woken there', async ({ muster }) => {
  test.setTimeout(180_000);
  await withPhone(muster, 'allowed', async (phone) => {
    const { code, name } = await officersCode(muster);
    await phone.enrol(code, name);
    await phone.press();
    await phone.reads(words.waking.state.unproven);
    await phone.leave();
    const before = await phone.noted('push');
    muster.push.forgetBrowser();
    expect(muster.push.subscriptions).toBe(0);
    await expect.poll(() => phone.noted('push'), { timeout: 30_000 }).not.toBe(before);
    expect(muster.push.subscriptions).toBe(1);
    const { case: of } = await (await muster.barePhone(muster.phoneLink(1).name)).tap();
    await bothStepsShown(muster, of.id);
    await phone.shows({ silent: false, body: expect.stringContaining(of.reference) });
  });
});

test('a phone whose owner blocks notifications says so, and how to allow them', async ({ muster }) => {
  test.setTimeout(120_000);
  await withPhone(muster, 'blocked', async (phone) => {
    const { code, name } = await officersCode(muster);
    await phone.enrol(code, name);
    await phone.reads(words.waking.state.refused);
    expect(muster.push.subscriptions).toBe(0);
  });
});
