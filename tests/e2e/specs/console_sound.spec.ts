import { expect, test } from '../fixtures/test';

test('a silence lasts thirty seconds, is counted down, and the sound comes back', async ({ muster }) => {
  const { desk, feed } = await muster.consoleWithFeed();
  await desk.start(muster.login(0));
  const [phone, other] = await muster.barePhones(2);
  await phone?.tap();
  await desk.expectHeard('alarm');

  await desk.press('Shift+S');
  await desk.expectHeard();
  await expect(desk.page.locator('.silence')).toHaveText(/0:(30|29|28)/);
  await feed.pass(25_000);
  expect(await desk.heard(), 'what is heard after 25 s').toEqual([]);
  await feed.pass(6_000);
  await desk.expectHeard('alarm');

  await desk.press('Shift+S');
  await desk.expectHeard();
  await other?.tap();
  await desk.expectHeard('alarm');
});

test('after a reload three untaken cases are listed and sound, where the browser lets a page sound by itself', async ({ muster }) => {
  const desk = await muster.console({ soundNeedsGesture: false });
  await desk.start(muster.login(0));
  const phones = await muster.barePhones(3);
  for (const phone of phones) await phone.tap();
  await expect(desk.rows).toHaveCount(3);

  await desk.page.reload();
  await expect(desk.rows).toHaveCount(3);
  for (const { name } of phones) await expect(desk.row(name)).toContainText(desk.words.queue.UNTAKEN);
  await desk.expectHeard('alarm');
  const [first] = await desk.sounds();
  console.log(`from the reload to the sound: ${first?.at.toFixed(0)} ms`);
  expect(first?.at, 'milliseconds from the reload to the sound').toBeLessThan(2_000);
});

test('after a reload a red bar says that the sound is off until somebody presses', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const phones = await muster.barePhones(3);
  for (const phone of phones) await phone.tap();
  await desk.expectHeard('alarm');

  await desk.page.reload();
  await expect(desk.rows).toHaveCount(3);
  const bar = desk.page.getByRole('alert').filter({ hasText: desk.words.banner.soundOff });
  await expect(bar).toBeVisible();
  expect(await desk.heard()).toEqual([]);
  await bar.getByRole('button', { name: desk.words.banner.enable }).click();
  await expect(bar).toBeHidden();
  await desk.expectHeard('alarm');
});

test('a new sign-in starts with the test of the sound, and nothing of the queue is shown before it', async ({ muster }) => {
  const [phone] = await muster.barePhones(1);
  await phone?.tap();
  const desk = await muster.console();
  await desk.open();
  await desk.signIn(muster.login(0));
  await expect(desk.page.getByRole('heading', { name: desk.words.gate.title })).toBeVisible();
  await expect(desk.page.getByText(desk.words.gate.reach)).toBeVisible();
  await expect(desk.list).toHaveCount(0);
  await desk.page.keyboard.press('Enter');
  await expect(desk.rows).toHaveCount(1);
  await desk.expectHeard('alarm');
});

test('of two windows of one browser one sounds, and the other takes over when it closes', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const second = await desk.again();
  await second.page.getByRole('button', { name: second.words.banner.enable }).click();
  await expect(second.page.getByText(second.words.banner.elsewhere)).toBeVisible();
  const [phone] = await muster.barePhones(1);
  await phone?.tap();
  await desk.expectHeard('alarm');
  await expect(second.rows).toHaveCount(1);
  expect(await second.heard()).toEqual([]);

  await desk.page.close();
  await second.expectHeard('alarm');
});

test('an owned case that is tapped again rings for its owner first and for everybody thirty seconds later', async ({ muster }) => {
  const { desk: other, feed } = await muster.consoleWithFeed();
  await other.start(muster.login(1));
  const owner = await muster.console();
  await owner.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  await phone?.tap();
  await owner.expectHeard('alarm');
  await other.expectHeard('alarm');
  await owner.press('j', 'c');
  await owner.expectHeard();
  await other.expectHeard();

  await phone?.tap();
  await owner.expectHeard('alarm');
  await expect(other.row(phone?.name ?? '')).toContainText(other.words.queue.taps(2));
  await feed.beat();
  await feed.pass(20_000);
  expect(await other.heard(), 'what others hear 20 s later').toEqual([]);
  await feed.pass(12_000);
  await other.expectHeard('alarm');
});
