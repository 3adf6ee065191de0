import { Looks } from '../fixtures/looks';
import { expect, test } from '../fixtures/test';
import type { Wire } from '../../../web/api/types';

const HELD: Wire['Provisional'][] = [
  {
    id: '00000000-0000-4000-8000-000000000001',
    name: 'Musa Kimani',
    number: '+254700000001',
    offices: ['Kenya'],
    for_colleague: false,
    occurred_at: new Date(Date.now() - 90_000).toISOString(),
    held_at: new Date(Date.now() - 60_000).toISOString(),
    position: { lat: -1.2921, lon: 36.8219, source: 'gps', fixed_at: new Date(Date.now() - 90_000).toISOString(), of_reporter: false },
    facts: { danger: 'attack' },
  },
  {
    id: '00000000-0000-4000-8000-000000000002',
    offices: ['Uganda'],
    for_colleague: true,
    colleague: 'Grace',
    number: '+256700000002',
    occurred_at: new Date(Date.now() - 30_000).toISOString(),
    held_at: new Date(Date.now() - 20_000).toISOString(),
    facts: { can_talk: 'no' },
  },
];

for (const language of ['en', 'ar'] as const) {
  test(`alarms that no server could store yet ring, say whom to call, and go when they are stored, in ${language}`, async ({ muster }) => {
    const { desk, feed } = await muster.consoleWithFeed({ language });
    await desk.start(muster.login(0));
    const { page, words } = desk;
    const banner = page.locator('[data-banner=provisional]');
    await feed.beat();
    await expect(banner).toBeHidden();

    feed.say({ t: 'provisional', taps: HELD, more: 3 });
    await expect(banner).toContainText(words.provisional.title(5));
    await expect(banner.locator('li')).toHaveCount(2);
    await expect(banner).toContainText('+254700000001');
    await expect(banner).toContainText(words.provisional.askFirst);
    await expect(banner).toContainText(words.provisional.more(3));
    // Whoever hides is not rung by a number that lies at hand.
    await expect(banner.locator('li').nth(1)).toContainText(words.detail.doNotCall);
    await expect(banner).not.toContainText('+256700000002');
    await desk.expectHeard('alarm');
    await new Looks(page, language, 'console').at('provisional');

    const notes = banner.locator('[data-noted]');
    for (let left = 2; left > 0; left -= 1) {
      await expect(notes).toHaveCount(left);
      await notes.first().click();
    }
    await expect(notes).toHaveCount(0);
    await expect(page.locator('[data-sounding]')).toHaveAttribute('data-sounding', '');
    await expect(banner.locator('li')).toHaveCount(2);

    feed.say({ t: 'provisional', taps: [], more: 0 });
    await expect(banner).toBeHidden();
  });
}

test('a database or a relay that is away is said in words, and something else by its name', async ({ muster }) => {
  const { desk, feed } = await muster.consoleWithFeed();
  await desk.start(muster.login(0));
  const { page, words } = desk;
  await feed.beat();
  const all = ['database', 'relay', 'alarms', 'disk', 'overload', 'clock'] as const;
  feed.trouble([...all]);
  await feed.beat();
  for (const one of all) {
    await expect(page.locator(`[data-banner=trouble-${one}]`)).toHaveText(words.banner.trouble[one]);
  }
  feed.trouble([]);
  await feed.beat();
  await expect(page.locator('[data-banner^=trouble-]')).toHaveCount(0);
});
