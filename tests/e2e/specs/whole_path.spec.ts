import { expect, test } from '../fixtures/test';
import { pattern } from '../fixtures/words';

test('a held button rings on the console, is taken by key, and the phone says by whom', async ({ muster }, info) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const phone = await muster.enrolledPhone(1, { at: { latitude: -18.02, longitude: 85.03, accuracy: 12 } });
  const { name } = muster.phoneLink(1);
  const { stage, history } = phone.words;

  await phone.hold();
  await expect(desk.row(name)).toBeVisible();
  await expect(desk.row(name)).toContainText(desk.words.queue.UNTAKEN);
  await expect(desk.row(name)).toContainText(desk.words.shared.severity.extreme);
  await desk.expectHeard('alarm');
  const [frame] = (await desk.frames()).filter(({ what }) => what === 'raised');
  const [sound] = (await desk.sounds()).filter(({ what, at }) => what === 'start' && at >= (frame?.at ?? 0));
  const delay = (sound?.at ?? Number.NaN) - (frame?.at ?? Number.NaN);
  console.log(`from the frame to the sound: ${delay.toFixed(1)} ms`);
  info.annotations.push({ type: 'frame to sound', description: `${delay.toFixed(1)} ms` });
  expect(delay, 'milliseconds from the frame to the sound').toBeLessThan(1_000);

  await phone.expectStage(stage.onConsole);
  await expect(phone.stage).not.toContainText(muster.login(0).name);
  await expect(phone.page.getByText(phone.words.unwatched)).toBeHidden();

  await desk.press('j', 'c');
  await expect(desk.detail).toContainText(desk.words.detail.ownerYou(muster.login(0).name));
  await desk.expectHeard();
  await phone.expectStage(stage.taken, { name: muster.login(0).name });

  await desk.press('n');
  await expect(desk.form(desk.words.act.note).getByLabel(desk.words.form.note)).toBeFocused();
  await desk.expectFocusVisible();
  await desk.page.keyboard.type('Spoke to the driver.');
  await desk.press('Enter');
  await expect(desk.timeline.filter({ hasText: 'Spoke to the driver.' })).toHaveCount(1);

  await phone.hold();
  await expect(desk.row(name)).toContainText(desk.words.queue.taps(2));
  await expect(desk.rows).toHaveCount(1);
  await desk.expectHeard('alarm');

  // An action that comes too soon after a tap to be an answer to it leaves the sound on; the next one ends it.
  await expect(async () => {
    await desk.press('s');
    expect(await desk.heard()).toEqual([]);
  }).toPass({ intervals: [500], timeout: 10_000 });

  await desk.press('x');
  await expect(desk.form(desk.words.act.closeCase).getByLabel(desk.words.terms.outcome.resolved)).toBeFocused();
  await desk.expectFocusVisible();
  await desk.press('Space', 'Tab');
  await desk.page.keyboard.type('At the office, unhurt.');
  await desk.press('Enter');
  await expect(desk.detail).toContainText(desk.words.terms.state.resolved);
  await desk.expectFocusVisible();
  await expect(desk.rows).toHaveCount(0);
  await phone.expectStage(stage.closed);
  await expect(phone.stage).toContainText(stage.resolved);
  await expect(phone.page.getByText(pattern(history.tapStored))).toHaveCount(2);
  expect(await muster.operator.casesOf(name)).toHaveLength(1);
});

test('with no console open the phone says stored, that nobody has taken it, and that nobody watches', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1);
  await phone.hold();
  await phone.expectStage(phone.words.stage.stored);
  await expect(phone.page.getByText(phone.words.unwatched)).toBeVisible();
});

test('a press of 0.8 seconds sends nothing and says so', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1, { clock: true });
  const sent = (): unknown[] => muster.watch.requests.filter(({ url }) => url.pathname === '/v1/not-okay');
  await phone.holdFor(800);
  await expect(phone.page.getByText(phone.words.hold.released)).toBeVisible();
  expect(sent()).toHaveLength(0);
  await phone.page.getByRole('button', { name: phone.words.hold.dismiss }).click();

  await phone.holdFor(2_000);
  await phone.expectStage(phone.words.stage.stored);
  expect(sent()).toHaveLength(1);
  expect(await muster.operator.casesOf(muster.phoneLink(1).name)).toHaveLength(1);
});

test('whoever cannot hold taps, or presses Enter, and then presses Send now', async ({ muster }) => {
  const { hold, stage } = (await muster.phone(1)).words;
  const byTap = await muster.enrolledPhone(1);
  await byTap.button.tap();
  await expect(byTap.page.getByText(hold.asking)).toBeVisible();
  await byTap.page.getByRole('button', { name: hold.send }).click();
  await byTap.expectStage(stage.stored);

  const byKey = await muster.enrolledPhone(2);
  await byKey.button.focus();
  await byKey.page.keyboard.press('Enter');
  await expect(byKey.page.getByRole('button', { name: hold.send })).toBeFocused();
  await byKey.page.keyboard.press('Enter');
  await byKey.expectStage(stage.stored);
});

test('the link works once', async ({ muster }) => {
  await muster.enrolledPhone(1);
  const thief = await muster.phone(2);
  const { link } = muster.phoneLink(1);
  await thief.page.goto(link);
  await expect(thief.page.getByRole('alert')).toHaveText(thief.words.enrol.refusal.code);
  expect(new URL(thief.page.url()).hash, 'the address keeps no trace of the code').not.toContain('enrol=');
});

test('a typed code sets the phone up, and the app says whether this browser keeps it', async ({ muster }) => {
  const phone = await muster.phone(1);
  const { page, words } = phone;
  const { link, name } = muster.phoneLink(1);
  await phone.open();
  await page.getByLabel(words.enrol.code).fill((new URL(link).hash.split('=')[1] ?? '').toLowerCase().replaceAll('-', ' '));
  await page.getByRole('button', { name: words.enrol.go }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(pattern(words.enrol.doneTitle, { name }));
  await expect(page.getByText(words.enrol.persisted).or(page.getByText(words.enrol.notPersisted))).toBeVisible();
});

test('the exercise banner stands on the pages before anybody has signed in, too', async ({ muster }) => {
  const desk = await muster.console();
  await desk.open();
  await expect(desk.page.getByLabel(desk.words.signIn.email)).toBeVisible();
  await expect.soft(desk.page.getByText(desk.words.shared.exerciseLong), 'sign-in').toBeVisible();
  const phone = await muster.phone(1);
  await phone.open();
  await expect(phone.page.getByLabel(phone.words.enrol.code)).toBeVisible();
  await expect.soft(phone.page.getByText(phone.words.exerciseShort), 'enrolment').toBeVisible();
});
