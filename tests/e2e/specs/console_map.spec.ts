import type { Page } from '@playwright/test';
import { AREAS } from '../fixtures/area_words';
import { enterKenya } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
import { expect, test } from '../fixtures/test';

const HERE = { lat: -18.0212, lon: 85.0345, accuracy_m: 12, age_ms: 2_000, source: 'gps' as const };

for (const language of ['en', 'ar'] as const) {
  test(`the map shows offices, zones and people in open cases only, and stays when the server is gone, in ${language}`, async ({ muster }) => {
    test.slow();
    const desk = await muster.console({ language, clock: true });
    await desk.start(muster.login(2));
    const { page } = desk;
    const { map: text } = AREAS[language];
    const looks = new Looks(page, language, 'console');
    await desk.go('map');
    const cases = page.getByRole('region', { name: text.nobody });
    await expect(cases).toBeVisible();
    const picture = page.getByRole('img', { name: text.canvas }).or(page.getByLabel(text.canvas));
    await expect(picture).toBeVisible();
    await expect(page.getByRole('heading', { name: text.zones })).toBeVisible();
    await looks.at('map', 'signed in');

    const [placed, unplaced] = await muster.barePhones(2);
    await placed?.tap({ position: HERE });
    await unplaced?.tap();
    const open = page.getByRole('region', { name: text.cases(2) });
    await expect
      .poll(async () => {
        await page.clock.runFor(2_000);
        return open.count();
      })
      .toBe(1);
    const row = open.getByRole('listitem').filter({ hasText: placed?.name ?? '' });
    await row.getByRole('button').click();
    await expect(row.getByRole('button')).toHaveAttribute('aria-pressed', 'true');
    await expect(open.getByRole('listitem').filter({ hasText: unplaced?.name ?? '' })).toContainText(text.withoutPosition);
    // Where nobody is in a case, nobody is on the map: everybody else of the office stays off it.
    await expect(open.getByRole('listitem')).toHaveCount(2);
    const before = await painted(picture);
    await picture.focus();
    await desk.press('0');
    await expect.poll(() => painted(picture), { message: 'the picture after it was moved' }).not.toBe(before);
    await looks.at('map with open cases', 'signed in');

    await page.context().setOffline(true);
    await page.clock.runFor(31_000);
    await expect(page.getByRole('alert').filter({ hasText: text.stale('').split('.')[0] ?? '' })).toBeVisible({ timeout: 20_000 });
    await expect(row).toBeVisible();
    await picture.focus();
    const lost = await painted(picture);
    await desk.press('+');
    await expect.poll(() => painted(picture)).not.toBe(lost);
    await page.context().setOffline(false);
  });
}

for (const [language, kenya, ethiopia] of [['en', 'Kenya', 'Ethiopia'], ['ar', 'كينيا', 'إثيوبيا']] as const) {
  test(`countries have their names in the page's language, offline too, and cover no name of an office, in ${language}`, async ({ install }) => {
    const admin = await install.administrator();
    await enterKenya(admin);
    const desk = await install.desk(admin, { language });
    const { page } = desk;
    const { map: text } = AREAS[language];
    await page.evaluate(noteTexts);
    await desk.press('g', 'm');
    const picture = page.getByLabel(text.canvas);
    await expect(page.getByRole('heading', { name: text.zones })).toBeVisible();
    await expect.poll(() => written(page)).toEqual(expect.arrayContaining([kenya, ethiopia, 'Kenya office']));
    await expectApart(page);
    await page.context().setOffline(true);
    await picture.focus();
    for (const key of ['-', '-', 'ArrowLeft', '+', '+', '+', 'ArrowUp']) {
      await desk.press(key);
      await expectApart(page);
    }
    // In a town one knows where one is, and from far away small countries have no room.
    for (let press = 0; press < 8; press += 1) await desk.press('+');
    await expect.poll(() => written(page)).not.toContain(kenya);
    for (let press = 0; press < 16; press += 1) await desk.press('-');
    await expect.poll(() => written(page)).not.toContain(kenya);
    expect((await written(page)).length).toBeGreaterThan(3);
    await expectApart(page);
    await page.context().setOffline(false);
  });
}

/** A text that was written into the picture, and where. */
interface Written {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Has the page keep what is written into its pictures: since the picture was last painted over, degrees left out. */
function noteTexts(): void {
  const { fillText, fillRect } = CanvasRenderingContext2D.prototype;
  const notes: Written[] = [];
  Object.assign(window, { musterTexts: notes });
  CanvasRenderingContext2D.prototype.fillRect = function (...rect) {
    notes.length = 0;
    fillRect.apply(this, rect);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    fillText.call(this, text, x, y);
    if (/^\d+(\.\d+)?°/.test(text)) return;
    const { width } = this.measureText(text);
    const left = this.textAlign === 'center' ? x - width / 2 : x;
    notes.push({ text, left, right: left + width, top: y - 8, bottom: y + 8 });
  };
}

function texts(page: Page): Promise<Written[]> {
  return page.evaluate(() => (window as unknown as { musterTexts: Written[] }).musterTexts);
}

async function written(page: Page): Promise<string[]> {
  return (await texts(page)).map(({ text }) => text);
}

/** No text in the picture lies on another. */
async function expectApart(page: Page): Promise<void> {
  const all = await texts(page);
  const pairs = all.flatMap((one, index) => all.slice(index + 1).map((other) => [one, other] as const));
  const apart = ([one, other]: readonly [Written, Written]): boolean =>
    one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
  expect(pairs.filter((pair) => !apart(pair)).map(([one, other]) => `${one.text} on ${other.text}`)).toEqual([]);
}

/** What is painted, in short. */
async function painted(picture: import('@playwright/test').Locator): Promise<string> {
  return picture.evaluate((canvas) => {
    const data = (canvas as HTMLCanvasElement).toDataURL();
    let sum = 0;
    for (let at = 0; at < data.length; at += 1) sum = (sum * 31 + data.charCodeAt(at)) | 0;
    return `${data.length} ${sum}`;
  });
}

test('a key that acts on a case does nothing while the map hides the queue', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(2));
  const [phone] = await muster.barePhones(1);
  const stored = await phone?.tap();
  await expect(desk.rows).toHaveCount(1);
  await desk.press('j', 'g', 'm');
  await expect(desk.page.getByRole('heading', { name: AREAS.en.map.title, level: 2 })).toBeVisible();
  await desk.press('c', 'n');
  await expect(desk.page.getByRole('heading', { name: AREAS.en.map.title, level: 2 })).toBeVisible();
  // Keys are read one after the other: once the queue is there, the others were read.
  await desk.press('g', 'q');
  await expect(desk.row(phone?.name ?? '')).toContainText(desk.words.queue.UNTAKEN);
  expect((await muster.operator.detail(stored?.case.id ?? '')).case).toMatchObject({ state: 'open' });
});
