import type { BrowserContext } from '@playwright/test';
import { silenceStore } from '../fixtures/in_page';
import { expect, test } from '../fixtures/test';
import { pattern } from '../fixtures/words';

/** Words that promise more than a phone without an answer may say. */
const PROMISES = /(?<!not yet )stored \d|has it|on the operations screen/i;

test('a hold without a network is kept, says so, survives a reload, and arrives once', async ({ muster }) => {
  const line = await muster.line();
  // The page's clock stands behind the machine's, which its service worker goes by: whichever of the two brings the
  // alarm, ten seconds of waiting have passed on its clock.
  const phone = await muster.enrolledPhone(1, { before: (page) => page.clock.install({ time: Date.now() - 30_000 }), line });
  const { page, words } = phone;
  const { name } = muster.phoneLink(1);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await line.cut();
  await page.context().setOffline(true);

  await phone.holdFor(2_000);
  await phone.expectStage(words.stage.queued);
  await expect(phone.stage).not.toContainText(PROMISES);
  await expect(page.getByText(words.notConfirmed.title)).toBeHidden();
  await page.clock.runFor(10_000);
  const callNow = page.getByRole('region', { name: words.notConfirmed.title });
  await expect(callNow).toContainText(words.notConfirmed.text);
  expect(await callNow.locator('a[href^="tel:"]').count()).toBeGreaterThan(1);
  expect(await callNow.locator('a[href^="sms:"]').first().getAttribute('href')).toContain(encodeURIComponent(name));

  await page.reload();
  await phone.expectStage(words.stage.queued);
  await expect(phone.stage).not.toContainText(PROMISES);
  await expect(callNow).toBeVisible();
  expect(await muster.operator.casesOf(name)).toHaveLength(0);

  await line.mend();
  await page.context().setOffline(false);
  await expect.poll(async () => (await muster.operator.casesOf(name)).length, { timeout: 5_000 }).toBe(1);
  await phone.expectStage(words.stage.stored);
  await expect(callNow).toBeHidden();
  const [only] = await muster.operator.casesOf(name);
  expect(only).toMatchObject({ taps: 1, raised_by: 'own' });
  const waited = Date.parse(only?.stored_at ?? '') - Date.parse(only?.occurred_at ?? '');
  expect(waited, 'milliseconds it waited on the phone, as the server tells them').toBeGreaterThanOrEqual(10_000);
});

test('a store that never answers does not hold the alarm up, and the phone says that it is not kept', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1);
  const { page, words } = phone;
  await page.addInitScript(silenceStore);
  let sent = 0;
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((done) => (answer = done));
  await page.route('**/v1/not-okay', async (route) => {
    sent += 1;
    await answered;
    await route.continue();
  });
  await phone.open();

  await phone.hold();
  await expect.poll(() => sent, { message: 'requests on the line' }).toBe(1);
  await expect(phone.stage).toContainText(words.stage.notKept);
  await expect(page.getByText(words.storeBroken)).toBeVisible();
  await expect(phone.stage).not.toContainText(PROMISES);
  answer();
  await phone.expectStage(words.stage.stored);
  expect(await muster.operator.casesOf(muster.phoneLink(1).name)).toHaveLength(1);
});

test('a server that is busy five times gets one key six times, and has one case', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1, { clock: true, serviceWorkers: 'block' });
  const { page, words } = phone;
  const keys = await refuse(page.context(), 5);

  await phone.holdFor(2_000);
  for (let tries = 1; tries <= 5; tries += 1) {
    await expect.poll(() => keys.length, { message: 'tries' }).toBe(tries);
    await phone.expectStage(words.stage.queued);
    await expect(phone.stage).toContainText(words.failure.busy);
    await page.clock.runFor(1_000 * 2 ** (tries - 1));
  }
  await phone.expectStage(words.stage.stored);
  expect(keys).toHaveLength(6);
  expect(new Set(keys).size, 'different keys').toBe(1);
  expect(await muster.operator.casesOf(muster.phoneLink(1).name)).toMatchObject([{ taps: 1 }]);
});

/** Lets the first `times` alarms be answered by 503, and writes down every key. */
async function refuse(context: BrowserContext, times: number): Promise<string[]> {
  const keys: string[] = [];
  await context.route('**/v1/not-okay', async (route) => {
    keys.push((await route.request().headerValue('Idempotency-Key')) ?? 'none');
    if (keys.length > times) return route.continue();
    const problem = { type: '/errors#busy', status: 503, code: 'busy', title: 'Busy', detail: 'Try again.' };
    return route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) });
  });
  return keys;
}

test('a Wi-Fi sign-in page that answers 200 is not taken for the server', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1, { serviceWorkers: 'block' });
  await phone.page.route('**/v1/not-okay', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<p>Welcome. Stored.' }));
  await phone.hold();
  await phone.expectStage(phone.words.stage.queued);
  await expect(phone.stage).toContainText(phone.words.failure.not_ours);
  await expect(phone.stage).not.toContainText(PROMISES);
  await phone.page.unroute('**/v1/not-okay');
  await phone.expectStage(phone.words.stage.stored);
});

test('after a minute without a claim the phone says that nobody has answered and whom to call', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1, { clock: true });
  const { page, words } = phone;
  await phone.holdFor(2_000);
  await phone.expectStage(words.stage.stored);
  const callNow = page.getByRole('region', { name: words.unanswered.title });
  await page.clock.runFor(50_000);
  await expect(callNow).toBeHidden();
  await page.clock.runFor(11_000);
  await expect(callNow).toContainText(words.unanswered.text);
  await expect(callNow).toContainText(words.urge.textThenCall);
  const { duty_officer, operations_centre, local_emergency } = words.calls.kinds;
  const kinds = [duty_officer, operations_centre, duty_officer, operations_centre, local_emergency];
  await expect(callNow.locator('.call-kind'), 'who takes texts, then whom to call').toHaveText(kinds);
  const links = await callNow.locator('a').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).protocol));
  expect(links).toEqual(['sms:', 'sms:', 'tel:', 'tel:', 'tel:']);
  await expect(callNow.getByRole('link', { name: words.calls.callEmergency })).toBeVisible();

  await page.getByRole('button', { name: words.hiding.press }).click();
  await expect(callNow).toContainText(words.urge.text);
  await expect(callNow.locator('a[href^="tel:"]')).toHaveCount(0);
  await page.getByRole('button', { name: words.hiding.off }).click();
  await expect(callNow).toContainText(words.urge.call);

  const [open] = await muster.operator.casesOf(muster.phoneLink(1).name);
  await muster.operator.act(open?.id ?? '', 'claim');
  await phone.expectStage(words.stage.taken, { name: muster.operator.name });
  await expect(callNow).toBeHidden();
});

test('an owner who lets go is not passed over in silence, nor is one from whom another takes the case', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1);
  const { page, words } = phone;
  const { stage, history } = words;
  const [first, second] = [muster.operator, await muster.signedIn(1)];
  await phone.hold();
  await phone.expectStage(stage.stored);
  const [open] = await first.casesOf(muster.phoneLink(1).name);
  const id = open?.id ?? '';
  await first.act(id, 'claim');
  await phone.expectStage(stage.taken, { name: first.name });
  await first.act(id, 'release');
  await phone.expectStage(stage.letGo, { name: first.name });
  await expect(page.getByText(pattern(history.letGo, { name: first.name }))).toBeVisible();
  await page.reload();
  await phone.expectStage(stage.letGo, { name: first.name });

  await first.act(id, 'claim');
  await phone.expectStage(stage.taken, { name: first.name });
  const { case: now } = await first.detail(id);
  await second.act(id, 'claim', { takeover: { from: now.owner?.id, reason: 'better_placed' } });
  await phone.expectStage(stage.taken, { name: second.name });
  await phone.expectStage(stage.takenFromSub, { before: first.name });
  await expect(page.getByText(pattern(history.takenFrom, { name: second.name, before: first.name }))).toBeVisible();
});

test('a send that fails shows in the connection line at once, and until it got through', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1, { serviceWorkers: 'block' });
  const { page, words } = phone;
  await expect(page.getByText(words.reach.reached, { exact: true })).toBeVisible();
  let through = false;
  await page.route('**/v1/not-okay', (route) => (through ? route.continue() : route.abort()));
  await phone.hold();
  await phone.expectStage(words.stage.queued);
  await expect(page.getByText(words.reach.reached, { exact: true })).toBeHidden();
  await expect(page.getByText(words.reach.lost).or(page.getByText(words.reach.behind))).toBeVisible();
  through = true;
  await phone.expectStage(words.stage.stored);
  await expect(page.getByText(words.reach.reached, { exact: true })).toBeVisible();
});

test('an alarm that the page cannot bring is brought by its service worker, where the browser has Background Sync', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1);
  const { page, words } = phone;
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const bringers: boolean[] = [];
  page.context().on('request', (request) => {
    if (request.url().endsWith('/v1/not-okay')) bringers.push(request.serviceWorker() !== null);
  });
  await page.route('**/v1/not-okay', (route) => route.abort());
  await phone.hold();
  await phone.expectStage(words.stage.stored);
  expect(bringers, 'whether a worker sent it').toContain(true);
  expect(await muster.operator.casesOf(muster.phoneLink(1).name)).toMatchObject([{ taps: 1 }]);
});

test('cold start without a network shows the button', async ({ muster }) => {
  const line = await muster.line();
  const phone = await muster.enrolledPhone(1, { line });
  await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const context = phone.page.context();
  await phone.page.close();
  await line.cut();
  await context.setOffline(true);
  const again = await context.newPage();
  await again.goto(`${phone.origin}/phone`);
  await expect(again.getByRole('button', { name: phone.words.hold.name })).toBeVisible();
  await expect(again.getByText(phone.words.reach.lost)).toBeVisible();
});

test('the home-screen shortcut opens on the button even while a case is open', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1);
  await phone.hold();
  await phone.open('#not-okay');
  await phone.page.reload();
  await expect(phone.button).toBeInViewport({ ratio: 1 });
  await expect(phone.page.getByText(phone.words.home.open)).toBeVisible();
});
