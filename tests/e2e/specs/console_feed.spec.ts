import { expect, test } from '../fixtures/test';
import { pattern } from '../fixtures/words';

test('a feed that falls silent is amber at 10 s and red with its own tone at 15 s; what was missed is there once', async ({ muster }) => {
  const { desk, feed } = await muster.consoleWithFeed();
  await desk.start(muster.login(0));
  const phones = await muster.barePhones(4);
  const [known, ...missed] = phones;
  const stored = await known?.tap();
  const id = stored?.case.id ?? '';
  await desk.openCase(known?.name ?? '');
  await desk.take();
  await desk.expectHeard();
  const amber = desk.page.locator('[data-banner=feed-delayed]');
  const red = desk.page.locator('[data-banner=feed-lost]');

  await feed.beat();
  feed.silence();
  await feed.pass(8_500);
  await expect(amber).toBeHidden();
  await feed.pass(2_000);
  await expect(amber).toBeVisible();
  await expect(red).toBeHidden();
  await feed.pass(5_000);
  await expect(red).toContainText(desk.words.banner.useOther);
  await expect(amber).toBeHidden();
  await desk.expectHeard('linkLost');

  for (const phone of missed) await phone.tap();
  for (let note = 1; note <= 5; note += 1) await muster.operator.act(id, 'notes', { text: `Note number ${note}.` });
  feed.restore();
  await desk.page.clock.runFor(8_000);
  await expect(red).toBeHidden();
  await expect(amber).toBeHidden();
  await expect(desk.page.locator('[data-banner=caught-up]')).toHaveText(pattern(desk.words.banner.caughtUp(8)));
  await expect(desk.rows).toHaveCount(4);
  for (const { name } of phones) await expect(desk.row(name)).toHaveCount(1);
  for (let note = 1; note <= 5; note += 1) {
    await expect(desk.timeline.filter({ hasText: `Note number ${note}.` })).toHaveCount(1);
  }
  await desk.expectHeard('alarm');
});

test('the first alarm of an office that never had one comes over the connection that is there', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  await phone?.tap();
  await desk.expectHeard('alarm');
  expect((await desk.frames()).filter(({ t }) => t === 'welcome')).toHaveLength(1);
});

test('a socket that closes is amber after a second, and the feed comes back by itself', async ({ muster }) => {
  const { desk, feed } = await muster.consoleWithFeed();
  await desk.start(muster.login(0));
  const amber = desk.page.locator('[data-banner=feed-delayed]');
  await feed.beat();
  await feed.cut();
  await feed.pass(1_500);
  await expect(amber).toBeVisible();
  feed.restore();
  await desk.page.clock.runFor(6_000);
  await expect(amber).toBeHidden();
  await expect(desk.live).toBeVisible();
});

test('a server that hangs and goes on loses nothing', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  muster.server.freeze();
  const tap = phone?.tap();
  await expect(desk.page.locator('[data-banner=feed-delayed]')).toBeVisible({ timeout: 20_000 });
  muster.server.thaw();
  await tap;
  await expect(desk.row(phone?.name ?? '')).toHaveCount(1);
  await expect(desk.live).toBeVisible();
});

test('five hundred events that came while the feed was cut are all there, none twice', async ({ muster }) => {
  const { desk, feed } = await muster.consoleWithFeed();
  await desk.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  const stored = await phone?.tap();
  await desk.openCase(phone?.name ?? '');
  await feed.cut();
  const notes = Array.from({ length: 500 }, (_, index) => `Note ${String(index).padStart(3, '0')} of many.`);
  for (let from = 0; from < notes.length; from += 25) {
    const some = notes.slice(from, from + 25);
    await Promise.all(some.map((text) => muster.operator.act(stored?.case.id ?? '', 'notes', { text })));
  }
  feed.restore();
  await desk.page.clock.runFor(6_000);
  await expect(desk.timeline.filter({ hasText: /of many/ })).toHaveCount(500, { timeout: 30_000 });
  const texts = await desk.timeline.filter({ hasText: /of many/ }).locator('.entry-line').allTextContents();
  expect([...texts].sort()).toEqual(notes);
  await expect(desk.page.locator('[data-banner=caught-up]')).toContainText('500');
});

test('ages and times come from the server: a PC clock that is an hour wrong changes nothing', async ({ muster }) => {
  const desk = await muster.console({ before: (page) => page.clock.install({ time: Date.now() - 3_600_000 }) });
  await desk.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  await phone?.tap({}, 4 * 60_000 + 5_000);
  await desk.openCase(phone?.name ?? '');
  await expect(desk.detail).toContainText(desk.words.detail.ago('4 min'));
  await expect(desk.row(phone?.name ?? '').locator('.age')).toHaveText('4 min');
  const shown = await desk.page.locator('.utc').innerText();
  const [, hours = '', minutes = ''] = /(\d\d):(\d\d):\d\dZ/.exec(shown) ?? [];
  const real = new Date();
  const apart = Math.abs(Number(hours) * 60 + Number(minutes) - real.getUTCHours() * 60 - real.getUTCMinutes());
  expect(Math.min(apart, 1_440 - apart), 'minutes between the shown time and the real one').toBeLessThanOrEqual(1);
});
