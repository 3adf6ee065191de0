import { countryName } from '../../../web/phone/entry/countries';
import { Looks, unreachable } from '../fixtures/looks';
import type { PhonePage } from '../fixtures/phone';
import { expect, test, type Muster, type PhoneOptions } from '../fixtures/test';
import { ENTRY, pattern, type Language } from '../fixtures/words';

const AT_SERVER = { timeout: 45_000 };
/** So tall that nothing lies behind the bars at the top and at the bottom, whose place is theirs while a page scrolls. */
const TALL = { width: 320, height: 2_600 };

/** A sentence up to its time: an end is a day and an hour, in two zones. */
function upToTime(sentence: string, values: Record<string, string> = {}): RegExp {
  return pattern(sentence.split('{time}')[0] ?? '', values);
}

/** A phone's pages about its owner's entry, as a person uses them. */
class EntryPages {
  constructor(
    readonly phone: PhonePage,
    readonly language: Language = phone.language,
  ) {}

  get page() {
    return this.phone.page;
  }

  get words() {
    return ENTRY[this.language];
  }

  /** Goes to the entry by the settings, and waits until the server has answered. */
  async open(): Promise<void> {
    await this.phone.go('settings');
    await this.page.getByRole('link', { name: this.phone.words.entry.go }).click();
    await expect(this.page.getByText(pattern(this.words.read))).toBeVisible();
  }

  async openNumber(number: string): Promise<void> {
    await this.page.locator('a[href="#number"]').filter({ has: this.page.locator(`xpath=self::*[contains(@aria-label, "${number}")]`) }).click();
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(this.words.prove.title);
  }

  async typeCode(code: string): Promise<void> {
    await this.page.getByLabel(this.words.prove.code).fill(code);
    await this.page.getByRole('button', { name: this.words.prove.send }).click();
  }

  /** Fills the form and sends it: so many days from now. */
  async sayPlace(country: string, place: string): Promise<void> {
    const { words, page } = this;
    const name = countryName(country, this.language);
    await page.getByRole('textbox', { name: words.place.country, exact: true }).fill(name);
    await page.getByRole('group', { name: words.place.found }).getByRole('button', { name, exact: true }).click();
    await page.getByLabel(words.place.words).fill(place);
    await page.getByRole('group', { name: words.place.until }).getByRole('button').nth(1).click();
    await page.getByRole('button', { name: words.place.send, exact: true }).click();
  }
}

async function entryPages(muster: Muster, options: PhoneOptions = {}): Promise<EntryPages> {
  return new EntryPages(await muster.enrolledPhone(1, options), options.language ?? 'en');
}

for (const language of ['en', 'ar'] as const) {
  test(`the pages of one's own entry are accessible, in ${language}`, async ({ muster }) => {
    test.setTimeout(120_000);
    const entry = await entryPages(muster, { language, serviceWorkers: 'block', size: TALL });
    const { page, words, phone } = entry;
    const looks = new Looks(page, language, 'phone');
    const { name } = muster.phoneLink(1);
    const [, second] = (await muster.operator.person(name)).phones;
    const number = second?.number ?? '';
    await entry.open();
    await looks.at('own entry');
    await looks.expectLeftToRight(number);
    await entry.openNumber(number);
    await looks.at('a number that is not proven');
    await page.getByRole('button', { name: words.prove.ask }).click();
    await expect(page.getByText(pattern(words.prove.asked, { number }))).toBeVisible();
    await looks.at('a code was asked for');
    await entry.typeCode('1234');
    await expect(page.getByRole('alert')).toHaveText(words.prove.says.digits);
    await looks.at('too few digits');
    await entry.typeCode(wrong(await muster.operator.codeFor(name)));
    await expect(page.getByRole('alert')).toContainText(words.prove.says.wrong);
    await looks.at('a wrong code');
    await entry.typeCode(await muster.operator.codeFor(name));
    await expect(page.getByText(pattern(words.prove.says.proven, { number }))).toBeVisible();
    await looks.at('proven');

    await phone.open('#place');
    await expect(page.getByText(pattern(words.read))).toBeVisible();
    await page.getByRole('button', { name: words.place.send, exact: true }).click();
    await expect(page.getByText(words.place.wrong.country)).toBeVisible();
    await page.getByRole('textbox', { name: words.place.country, exact: true }).fill(countryName('KE', language).slice(0, 2));
    await expect(page.getByRole('group', { name: words.place.found })).toBeVisible();
    await looks.at('a place with nothing chosen, and countries found');
    let through: 'no' | 'refused' | 'yes' = 'no';
    await page.route('**/v1/me/current-place', (route) => {
      if (through === 'yes') return route.continue();
      if (through === 'no') return route.abort();
      return route.fulfill({ status: 422, contentType: 'application/problem+json', body: '{"code":"invalid_value","detail":"Not there."}' });
    });
    await entry.sayPlace('KE', 'لودوار');
    await expect(page.getByText(upToTime(words.place.unsent))).toBeVisible();
    await looks.at('a place that is not sent yet');
    through = 'refused';
    await expect(page.getByText(pattern(words.place.refused, { detail: 'Not there.' }))).toBeVisible(AT_SERVER);
    await looks.at('a place that was refused');
    through = 'yes';
    await page.getByRole('button', { name: words.place.send, exact: true }).click();
    await expect(page.getByText(words.place.set)).toBeVisible(AT_SERVER);
    await looks.at('a place that is set');
    await expect.poll(async () => (await muster.operator.person(name)).current_place).toMatchObject({ country: 'KE', place: 'لودوار', basis: 'own' });
    await page.getByRole('button', { name: words.place.clear }).click();
    await expect(page.getByText(words.place.cleared)).toBeVisible();
    expect((await muster.operator.person(name)).current_place ?? undefined).toBeUndefined();
  });
}

test('a number is proven by the code that the operator sees, and says so with the time', async ({ muster }) => {
  const entry = await entryPages(muster);
  const { page, words } = entry;
  const { name } = muster.phoneLink(1);
  const before = (await muster.operator.person(name)).phones.find(({ verified_at: at }) => !at);
  const number = before?.number ?? '';
  await entry.open();
  const line = page.getByRole('listitem').filter({ hasText: number });
  await expect(line).toContainText(words.numbers.unproven);
  await entry.openNumber(number);
  await page.getByRole('button', { name: words.prove.ask }).click();
  const field = page.getByLabel(words.prove.code);
  await expect(field).toHaveAttribute('inputmode', 'numeric');
  await expect(field).toHaveAttribute('autocomplete', 'one-time-code');
  const code = await muster.operator.codeFor(name);
  // The browser may drop the page in the middle of the call.
  await page.reload();
  await expect(page.getByText(pattern(words.prove.asked, { number }))).toBeVisible();
  await entry.typeCode(`${code.slice(0, 3)} ${code.slice(3)}`);
  await expect(page.getByText(pattern(words.prove.says.proven, { number }))).toBeVisible();
  await page.getByRole('link', { name: words.back }).click();
  await expect(line).toContainText(pattern(words.numbers.proven));
  await expect(line).toContainText(words.numbers.byCode);
  const after = (await muster.operator.person(name)).phones.find((one) => one.number === number);
  expect(after).toMatchObject({ verified_basis: 'code', verified_at: expect.stringMatching(/Z$/) });
});

test('five wrong codes are all, and the person is told when a new one can be asked for', async ({ muster }) => {
  const entry = await entryPages(muster);
  const { page, words } = entry;
  await entry.open();
  await entry.phone.open('#number');
  await page.getByRole('button', { name: words.prove.ask }).click();
  await expect(page.getByLabel(words.prove.code)).toBeVisible();
  const code = await muster.operator.codeFor(muster.phoneLink(1).name);
  for (const left of [4, 3, 2, 1]) {
    await entry.typeCode(wrong(code, left));
    await expect(page.getByRole('alert')).toContainText(pattern(words.prove.triesLeft, { n: String(left) }));
  }
  await entry.typeCode(wrong(code, 5));
  await expect(page.getByRole('alert')).toHaveText(words.prove.says.used);
  await expect(page.getByText(pattern(words.prove.usedUntil))).toBeVisible();
  await expect(page.getByLabel(words.prove.code)).toBeHidden();
  await expect(page.getByRole('button', { name: words.prove.askAgain })).toBeHidden();
});

test('a code that has run out says so, and another can be asked for', async ({ muster }) => {
  const entry = await entryPages(muster, { clock: true, serviceWorkers: 'block' });
  const { page, words } = entry;
  let asked = 0;
  await page.route('**/v1/me/numbers/*/code', (route) => {
    asked += 1;
    return route.fulfill({ json: { expires: new Date(Date.now() + 20_000).toISOString(), tries_left: 5 } });
  });
  await entry.open();
  await entry.phone.open('#number');
  await page.getByRole('button', { name: words.prove.ask }).click();
  await expect(page.getByLabel(words.prove.code)).toBeVisible();
  await page.clock.runFor(40_000);
  await expect(page.getByText(words.prove.over)).toBeVisible();
  await expect(page.getByLabel(words.prove.code)).toBeHidden();
  await page.getByRole('button', { name: words.prove.askAgain }).click();
  await expect.poll(() => asked).toBe(2);
});

test('a code typed without a network stays, and is sent as one and the same try', async ({ muster }) => {
  const entry = await entryPages(muster, { serviceWorkers: 'block' });
  const { page, words } = entry;
  await entry.open();
  await entry.phone.open('#number');
  await page.getByRole('button', { name: words.prove.ask }).click();
  await expect(page.getByLabel(words.prove.code)).toBeVisible();
  const code = await muster.operator.codeFor(muster.phoneLink(1).name);
  let through = false;
  const keys = new Set<string | undefined>();
  await page.route('**/v1/me/numbers/*/verify', (route) => {
    keys.add(route.request().headers()['idempotency-key']);
    return through ? route.continue() : route.abort();
  });
  await entry.typeCode(code);
  await expect(page.getByRole('alert')).toHaveText(words.prove.says.unreachedCode);
  await expect(page.getByLabel(words.prove.code)).toHaveValue(code);
  through = true;
  await page.getByRole('button', { name: words.prove.send }).click();
  await expect(page.getByText(pattern(words.prove.says.proven))).toBeVisible();
  expect(keys.size, 'keys of all attempts').toBe(1);
});

test('without a network the entry is what was kept, with its age, and a place says NOT SENT until the server has it', async ({ muster }) => {
  const line = await muster.line();
  const entry = await entryPages(muster, { line });
  const { page, words, phone } = entry;
  const { name } = muster.phoneLink(1);
  await entry.open();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await line.cut();
  await page.context().setOffline(true);

  await phone.open('#entry');
  await page.reload();
  await expect(page.getByText(pattern(words.old))).toBeVisible();
  await expect(page.getByText(name).last()).toBeVisible();
  await page.getByRole('link', { name: words.place.change }).click();
  await entry.sayPlace('KE', 'Lodwar');
  const unsent = page.getByText(upToTime(words.place.unsent, { place: `Lodwar, ${countryName('KE', 'en')}` }));
  await expect(unsent).toBeVisible();
  await expect(page.getByText(words.place.set)).toBeHidden();
  await page.reload();
  await expect(unsent, 'after a reload').toBeVisible();
  expect((await muster.operator.person(name)).current_place ?? undefined).toBeUndefined();

  // The button is one press away, and works before the place has gone anywhere.
  await page.getByRole('region', { name: phone.words.hold.name }).getByRole('link').click();
  await expect(phone.button).toBeInViewport({ ratio: 1 });
  await phone.hold();
  await phone.expectStage(phone.words.stage.queued);

  await line.mend();
  await page.context().setOffline(false);
  await phone.expectStage(phone.words.stage.stored);
  await expect.poll(async () => (await muster.operator.person(name)).current_place, AT_SERVER).toMatchObject({ country: 'KE', place: 'Lodwar' });
  expect(await muster.operator.casesOf(name)).toMatchObject([{ taps: 1 }]);
  await phone.open('#place');
  await expect(page.getByText(upToTime(words.place.now, { place: `Lodwar, ${countryName('KE', 'en')}` }))).toBeVisible();
  await expect(unsent).toBeHidden();
});

test('the age of what was kept goes on growing while the page stays open', async ({ muster }) => {
  const entry = await entryPages(muster, { clock: true, serviceWorkers: 'block' });
  const { page, words, phone } = entry;
  await entry.open();
  await page.route('**/v1/**', (route) => route.abort());
  await phone.open('#number');
  await phone.open('#entry');
  await page.reload();
  await page.clock.runFor(10_000);
  await expect(page.getByText(pattern(words.old))).toBeVisible();
  await page.clock.runFor(3_600_000);
  await expect(page.getByText(pattern(words.old, { age: '1 hr' }))).toBeVisible();
});

test('an alarm goes at once while a place hangs on the line', async ({ muster }) => {
  const entry = await entryPages(muster, { serviceWorkers: 'block' });
  const { page, phone } = entry;
  await entry.open();
  await phone.open('#place');
  let hanging = 0;
  await page.route('**/v1/me/current-place', () => {
    hanging += 1;
  });
  await entry.sayPlace('KE', 'Lodwar');
  await expect.poll(() => hanging).toBeGreaterThan(0);
  await page.getByRole('region', { name: phone.words.hold.name }).getByRole('link').click();
  await phone.hold();
  await phone.expectStage(phone.words.stage.stored);
});

test('a page that cannot be fetched says so, leaves NOT OKAY where it is, and comes with the next try', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1, { serviceWorkers: 'block' });
  const { page, words } = phone;
  await page.route('**/assets/phone-entry_area.*', (route) => route.abort());
  await phone.open('#entry');
  await expect(page.getByRole('alert')).toHaveText(words.entry.failed);
  await expect(page.getByRole('region', { name: words.hold.name }).getByRole('link')).toBeInViewport({ ratio: 1 });
  await page.unroute('**/assets/phone-entry_area.*');
  await page.getByRole('button', { name: words.entry.again }).click();
  await expect(page.getByText(pattern(ENTRY.en.read))).toBeVisible();
});

test('a phone that was withdrawn shows nothing of the entry, and keeps nothing of it', async ({ muster }) => {
  const entry = await entryPages(muster, { serviceWorkers: 'block' });
  const { page, words, phone } = entry;
  const { name } = muster.phoneLink(1);
  await entry.open();
  await expect(page.getByText(name).last()).toBeVisible();
  const gone = { code: 'device_revoked', detail: 'Withdrawn.', status: 401, title: '', type: '/errors#device_revoked' };
  await page.route('**/v1/me/**', (route) => route.fulfill({ status: 401, json: gone, contentType: 'application/problem+json' }));
  await phone.open('#place');
  await page.reload();
  await expect(page.getByText(words.closed)).toBeVisible();
  await expect(page.getByText(name)).toBeHidden();
  const kept = await page.evaluate(
    () =>
      new Promise<IDBValidKey[]>((done, fail) => {
        const opening = indexedDB.open('muster-phone');
        opening.onerror = () => fail(opening.error);
        opening.onsuccess = () => {
          const keys = opening.result.transaction('sealed').objectStore('sealed').getAllKeys();
          keys.onsuccess = () => done(keys.result);
        };
      }),
  );
  expect(kept).not.toContain('entry');
  await expect(page.getByRole('region', { name: phone.words.hold.name }).getByRole('link')).toBeVisible();
});

test('while an alarm is open no code can be asked for, and while hiding the wardens’ numbers are locked', async ({ muster }) => {
  const entry = await entryPages(muster);
  const { page, words, phone } = entry;
  await phone.hold();
  await phone.expectStage(phone.words.stage.stored);
  await page.getByRole('button', { name: phone.words.hiding.press }).click();
  await expect(page.getByText(phone.words.hiding.on)).toBeVisible();
  await entry.open();
  await expect(page.getByText(phone.words.calls.hidden)).toBeVisible();
  await expect(page.locator('a[href^="tel:"]')).toHaveCount(0);
  await phone.open('#number');
  await expect(page.getByText(words.prove.alarm)).toBeVisible();
  await expect(page.getByRole('button', { name: words.prove.ask })).toBeHidden();
});

test('at 320 pixels and text at 200 % everything in Arabic stays within reach', async ({ muster }) => {
  const entry = await entryPages(muster, { language: 'ar', size: { width: 320, height: 640 } });
  const { page, phone, words } = entry;
  await entry.open();
  for (const fragment of ['#entry', '#number', '#place', '#settings', '#calls']) {
    await phone.open(fragment);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    if (fragment === '#place') await entry.sayPlace('KE', 'لودوار');
    await page.evaluate(() => (document.documentElement.style.fontSize = '212.5%'));
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(sideways, `${fragment}: pixels to scroll sideways`).toBeLessThanOrEqual(0);
    expect.soft(await unreachable(page), fragment).toEqual([]);
  }
  expect(words.title).not.toBe(ENTRY.en.title);
});

test('the way to NOT OKAY stays in reach on the long page, and never lies on what has the focus', async ({ muster }) => {
  const entry = await entryPages(muster, { size: { width: 320, height: 640 } });
  const { page, phone } = entry;
  await entry.open();
  const way = page.getByRole('region', { name: phone.words.hold.name });
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await expect(way.getByRole('link')).toBeInViewport({ ratio: 1 });
  await page.getByRole('navigation', { name: phone.words.nav.label }).getByRole('link').first().focus();
  const stops: string[] = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Shift+Tab');
    const focus = await page.evaluate(() => {
      const one = document.activeElement;
      const [bar, way] = [document.querySelector('nav'), document.querySelector('.ready')];
      if (!one || !bar || !way || way.contains(one)) return undefined;
      const { top, bottom } = one.getBoundingClientRect();
      return { what: one.textContent || one.tagName, gap: Math.min(top - way.getBoundingClientRect().bottom, bar.getBoundingClientRect().top - bottom) };
    });
    if (!focus) break;
    stops.push(focus.what);
    expect.soft(focus.gap, `${focus.what}: pixels between it and the nearer bar`).toBeGreaterThanOrEqual(0);
  }
  expect(stops.length, 'what was focused').toBeGreaterThan(4);
});

/** Six digits that are not the code; others for another `by`. */
function wrong(code: string, by = 1): string {
  return String((Number(code) + by) % 1_000_000).padStart(6, '0');
}
