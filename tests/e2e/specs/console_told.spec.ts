import { AREAS } from '../fixtures/area_words';
import { expect, test } from '../fixtures/test';
import { CONSOLE } from '../fixtures/words';

test('after a reload without a press the chip says how many alarms are silent, until the sound is enabled', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const phones = await muster.barePhones(2);
  for (const phone of phones) await phone.tap();
  await desk.expectHeard('alarm');
  await desk.page.reload();
  await expect(desk.rows).toHaveCount(2);
  const { header } = desk.words;
  const chip = desk.page.locator('[data-sound]');
  await expect(chip).toHaveText(header.silentUntaken(2));
  await expect(desk.page.getByText(header.ringing, { exact: true })).toHaveCount(0);
  expect(await desk.page.title()).toContain(header.silentUntaken(2));
  await chip.click();
  await expect(chip).toHaveText(header.ringing);
});

test('who loses a case to a takeover is told by whom and why, until they dismiss it by key', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  const stored = await phone?.tap();
  await expect(desk.rows).toHaveCount(1);
  await desk.press('j', 'c');
  await expect(desk.detail).toContainText(desk.words.detail.ownerYou(muster.login(0).name));
  const second = await muster.signedIn(1);
  const from = (await muster.operator.detail(stored?.case.id ?? '')).case.owner?.id ?? '';
  await second.act(stored?.case.id ?? '', 'claim', { takeover: { from, reason: 'owner_silent' } });
  const { lost, terms } = desk.words;
  const told = desk.page.getByRole('alert').filter({ hasText: lost.taken(second.name, phone?.name ?? '') });
  await expect(told).toContainText(lost.reason(terms.takeoverReason.owner_silent));
  await expect(desk.page.getByRole('status').filter({ hasText: desk.words.act.taken })).toBeHidden();
  await desk.page.getByRole('combobox').selectOption('ar');
  await expect(desk.page.getByRole('alert').filter({ hasText: CONSOLE.ar.lost.taken(second.name, phone?.name ?? '') })).toBeVisible();
  await desk.page.getByRole('listbox', { name: CONSOLE.ar.queue.label, exact: true }).focus();
  await desk.press('d');
  await expect(desk.page.locator('[data-loss]')).toHaveCount(0);
});

test('an untaken case is opened and taken by one press of a button of the queue, and shows its button at the top when opened', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const phones = await muster.barePhones(2);
  for (const phone of phones) await phone.tap();
  await expect(desk.rows).toHaveCount(2);
  await desk.press('j', 'Enter');
  await expect(desk.detail.getByRole('heading', { level: 2 })).toBeFocused();
  await desk.press('Tab');
  await expect(desk.detail.getByRole('button', { name: desk.words.act.take }).first()).toBeFocused();
  await desk.list.focus();
  await desk.press('j');
  await desk.page.getByRole('button', { name: desk.words.queue.openAndTake }).click();
  await expect(desk.detail).toContainText(desk.words.detail.ownerYou(muster.login(0).name));
  await expect(desk.rows.first()).toContainText(desk.words.queue.UNTAKEN);
});

test('letters typed right after the key that opens a form go into it, also on a page that draws late', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  const stored = await phone?.tap();
  await expect(desk.rows).toHaveCount(1);
  await desk.page.keyboard.press('j');
  // No frame is drawn between the keys.
  await desk.page.evaluate(() => {
    const press = (key: string): void => {
      const at = document.activeElement ?? document.body;
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
      at.dispatchEvent(event);
    };
    return new Promise<void>((done) => {
      press('Enter');
      Promise.resolve().then(() => {
        press('n');
        setTimeout(() => {
          // A shortcut that is not taken: the form stays, and no case is taken.
          press('c');
          press('x');
          done();
        }, 0);
      });
    });
  });
  const { act, form } = desk.words;
  await expect(desk.form(act.note).getByLabel(form.note)).toBeFocused();
  await desk.page.keyboard.type('Shots near the gate.');
  await desk.press('Enter');
  await expect(desk.timeline.first()).toContainText('Shots near the gate.');
  const changes = (await muster.operator.detail(stored?.case.id ?? '')).timeline.map(({ change }) => change.what);
  expect(changes).not.toContain('claimed');
});

test('number keys choose why a case is taken over, and what is known before a call', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  const stored = await phone?.tap();
  const second = await muster.signedIn(1);
  await second.act(stored?.case.id ?? '', 'claim');
  await expect(desk.row(phone?.name ?? '')).toContainText(second.name);
  const { terms, call, changes } = desk.words;
  await desk.press('j', 'c');
  await expect(desk.page.getByRole('button', { name: `2 ${terms.takeoverReason.owner_silent}` })).toBeVisible();
  await desk.press('2');
  await expect(desk.timeline.first()).toContainText(changes.taken_over(second.name, terms.takeoverReason.owner_silent));
  await desk.press('l');
  await expect(desk.page.getByRole('heading', { name: call.askTitle })).toBeFocused();
  await desk.press('1');
  await expect(desk.page.getByRole('heading', { name: call.ready })).toBeFocused();
});

test('a link of this computer only is called that, and the number of phones is the one of now', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const { name } = muster.phoneLink(1);
  const { newCase } = desk.words;
  const { enrol } = AREAS.en;
  await desk.press('g', 'e');
  await expect(desk.page.getByLabel(enrol.who)).toBeFocused();
  await desk.page.keyboard.type(name);
  await desk.page.getByRole('listbox', { name: newCase.found }).getByRole('option').first().click();
  const phones = desk.page.locator('[data-phones]');
  await expect(phones).toHaveText(enrol.phones(0));
  await desk.press('Enter');
  await expect(desk.page.getByRole('button', { name: enrol.another })).toBeVisible();
  await expect(desk.page.getByRole('alert').filter({ hasText: enrol.onlyHere })).toBeVisible();
  await expect(desk.page.locator('.issued')).toContainText(/\((1 d 0 h|23 h 59 min)\)/);
  await muster.barePhone(name);
  await expect(phones).toHaveText(enrol.phones(1), { timeout: 7_000 });
});

test('rows that nobody has taken flash as one, and not at all for those who asked for less motion', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  await desk.page.emulateMedia({ reducedMotion: 'no-preference' });
  const phones = await muster.barePhones(3);
  for (const phone of phones) await phone.tap();
  await expect(desk.rows).toHaveCount(3);
  const flashes = () =>
    desk.page.evaluate(() => document.getAnimations().map((one) => [(one as CSSAnimation).animationName, one.startTime, one.effect?.getTiming().duration]));
  await expect.poll(flashes).toEqual([['flash', 0, 1_000], ['flash', 0, 1_000], ['flash', 0, 1_000]]);
  await desk.page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(flashes).toEqual([]);
});

test('the office stays chosen after a person was entered, and a new password can be shown', async ({ muster }) => {
  const admin = await muster.console();
  await admin.open();
  await admin.signIn(muster.login(3));
  const { act, password, setup } = admin.words;
  const { people: text, places } = AREAS.en;
  await expect(admin.page.getByRole('heading', { name: places.title, level: 2 })).toBeVisible();
  await admin.page.goto(`${muster.server.origin}/console#/people/add`);
  const form = admin.page.getByRole('form', { name: text.person });
  const office = form.getByLabel(text.office);
  const second = await office.locator('option').nth(2).getAttribute('value');
  await office.selectOption(second);
  await form.getByLabel(text.kind, { exact: true }).selectOption('staff_national');
  await form.getByLabel(text.name, { exact: true }).fill('Somebody New');
  await form.getByRole('button', { name: text.add }).click();
  await expect(admin.page.getByRole('status').filter({ hasText: act.saved })).toBeVisible();
  await expect(office).toHaveValue(second ?? '');
  await expect(form.getByLabel(text.name, { exact: true })).toHaveValue('');

  await admin.page.goto('about:blank');
  await admin.page.goto(`${muster.server.origin}/console#password=none`);
  await expect(admin.page.getByRole('heading', { name: password.title })).toBeVisible();
  const field = admin.page.getByLabel(setup.password, { exact: true });
  await expect(field).toBeFocused();
  await admin.page.keyboard.type('a sentence');
  await expect(field).toHaveAttribute('type', 'password');
  await admin.page.getByRole('switch', { name: setup.passwordShow }).check();
  await expect(field).toHaveAttribute('type', 'text');
  await expect(field).toHaveValue('a sentence');
});

test('a server that stops is named, and dialled every 2 to 3 s', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const dials: number[] = [];
  desk.page.on('request', (request) => request.url().endsWith('/v1/live/ticket') && dials.push(performance.now()));
  const stopped = performance.now();
  await muster.server.stop();
  await expect(desk.page.getByText(desk.words.banner.stopped).first()).toBeVisible({ timeout: 2_000 });
  await expect.poll(() => dials.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(4);
  const gaps = dials.map((at, index) => Math.round(at - (dials[index - 1] ?? stopped)));
  console.log(gaps.join(' '));
  for (const gap of gaps.slice(1, 4)) expect(gap).toBeGreaterThanOrEqual(1_900);
  for (const gap of gaps.slice(1, 4)) expect(gap).toBeLessThan(3_600);
});
