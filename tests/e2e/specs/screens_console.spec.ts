import { AREAS } from '../fixtures/area_words';
import { Looks } from '../fixtures/looks';
import { expect, test, type Muster } from '../fixtures/test';

for (const language of ['en', 'ar'] as const) {
  test(`every screen of the console before the queue is accessible, in ${language}`, async ({ muster }) => {
    const desk = await muster.console({ language });
    const looks = new Looks(desk.page, language, 'console');
    const { words, page } = desk;
    for (const kind of ['setup', 'password'] as const) {
      await page.goto(`${muster.server.origin}/console#${kind}=none`);
      await expect(page.getByRole('heading', { name: words[kind].title })).toBeVisible();
      await looks.at(kind, 'nobody');
      await page.goto('about:blank');
    }
    await desk.open();
    await expect(page.getByRole('button', { name: words.signIn.submit })).toBeVisible();
    await looks.at('sign-in', 'nobody');
    await page.getByLabel(words.signIn.email).fill('nobody@demo.invalid');
    await page.getByLabel(words.signIn.password).fill('not the password of anybody');
    await page.getByRole('button', { name: words.signIn.submit }).click();
    await expect(page.getByRole('alert')).toHaveText(words.errors.sign_in_failed);
    await looks.at('sign-in refused', 'nobody');
    await desk.signIn(muster.login(0));
    await expect(page.getByRole('button', { name: words.gate.button })).toBeVisible();
    await looks.at('sound gate');
    await desk.enableSound();
    await expect(page.getByText(words.queue.empty.all)).toBeVisible();
    await looks.at('empty queue');
    await desk.press('Shift+N');
    const dialog = page.getByRole('dialog', { name: words.newCase.title });
    await dialog.getByLabel(words.newCase.who).fill('Ami');
    await expect(dialog.getByRole('option').first()).toBeVisible();
    await looks.at('new case');
    await desk.press('Escape', '?');
    await expect(page.getByRole('dialog', { name: words.keys.title })).toBeVisible();
    await looks.at('keys');
    await desk.press('Escape', 'g', 'e');
    await page.getByLabel(AREAS[language].enrol.who).fill(muster.phoneLink(1).name);
    await page.getByRole('listbox', { name: words.newCase.found }).getByRole('option').first().click();
    await page.getByRole('button', { name: AREAS[language].enrol.issue }).click();
    await expect(page.getByRole('img', { name: AREAS[language].enrol.qr })).toBeVisible();
    await looks.at('enrol a phone');
  });

  test(`every screen of the console with cases is accessible, in ${language}`, async ({ muster }) => {
    const desk = await muster.console({ language });
    const looks = new Looks(desk.page, language, 'console');
    const { words, page } = desk;
    await desk.start(muster.login(0));
    const { hiding, theirs, closed } = await scene(muster);
    await expect(desk.rows).toHaveCount(4);
    await looks.at('queue with cases');

    await desk.press('/');
    await page.keyboard.type('nobody at all');
    await expect(page.getByText(words.queue.hiddenByFilter(3))).toBeVisible();
    await looks.at('alarms hidden by the filter');
    await desk.press('Escape');
    await desk.press('g', 'e');
    await expect(page.getByRole('button', { name: words.banner.toQueue })).toBeVisible();
    await looks.at('alarms ring on another page');
    await desk.press('Escape');

    await desk.openCase(hiding);
    await expect(desk.timeline).not.toHaveCount(0);
    await looks.at('case');
    await looks.expectLeftToRight('-18.02120, 85.03450');
    await looks.expectLeftToRight(/^\d\d:\d\d:\d\dZ$/);
    await desk.detail.getByRole('button', { name: words.detail.doNotCall }).click();
    await looks.at('first warning before a call');
    await desk.detail.getByRole('button', { name: words.call.hidingOn }).click();
    await looks.at('second warning before a call');
    await desk.press('Escape');
    await desk.take();
    await looks.at('own case');
    for (const [form, key] of [['note', 'n'], ['contact', 'p'], ['facts', 'f'], ['responder', 'r'], ['closeCase', 'x']] as const) {
      await desk.press(key);
      await expect(desk.form(words.act[form])).toBeVisible();
      await looks.at(`form: ${form}`);
      await desk.press('Escape');
    }
    await page.getByRole('button', { name: words.header.signOut }).click();
    await expect(page.getByRole('dialog', { name: words.header.signOut })).toBeVisible();
    await looks.at('signing out with a taken case');
    await desk.press('Escape');

    await desk.openCase(theirs);
    await desk.press('c');
    await expect(page.getByRole('group', { name: words.act.takeOverFrom(muster.login(1).name) })).toBeVisible();
    await looks.at('takeover');
    await desk.press('Escape');
    await page.getByRole('button', { name: words.queue.closed, exact: true }).click();
    await desk.openCase(closed);
    await looks.at('closed tab and closed case');

    await page.reload();
    await expect(page.getByText(words.banner.soundOff)).toBeVisible();
    await looks.at('sound off');
    expect(looks.seen.length).toBeGreaterThan(13);
  });

  test(`a lost feed is accessible, in ${language}`, async ({ muster }) => {
    const { desk, feed } = await muster.consoleWithFeed({ language });
    await desk.start(muster.login(0));
    const [phone] = await muster.barePhones(1);
    await phone?.tap();
    await expect(desk.rows).toHaveCount(1);
    const looks = new Looks(desk.page, language, 'console');
    await feed.cut();
    await feed.pass(3_000);
    await expect(desk.page.locator('[data-banner=feed-delayed]')).toBeVisible();
    await looks.at('feed delayed');
    await feed.pass(14_000);
    await expect(desk.page.locator('[data-banner=feed-lost]')).toBeVisible();
    await looks.at('feed lost');
  });
}

/** Four open cases of every kind, and a closed one. */
async function scene(muster: Muster): Promise<{ hiding: string; theirs: string; closed: string }> {
  const [one, two, three, four] = await muster.barePhones(4);
  const second = await muster.signedIn(1);
  const done = await four?.tap();
  await second.act(done?.case.id ?? '', 'claim');
  const { revision } = await second.act(done?.case.id ?? '', 'notes', { text: 'Reached the gate.' });
  await second.act(done?.case.id ?? '', 'close', { outcome: 'resolved', note: 'Safe at home.', revision });

  const taken = await two?.tap({ battery: { percent: 9, charging: false }, network: '2g' }, 200_000);
  await second.act(taken?.case.id ?? '', 'claim');
  await three?.tap({ colleague: { name: 'A driver without a phone' }, position: POSITION });
  await second.open({ name: 'Unknown caller', number: '+9995550100', channel: 'radio', facts: { place: 'Behind the market' } });
  await one?.tap({ position: POSITION, battery: { percent: 34 }, network: '4g' });
  await one?.tap();
  await one?.say({ danger: 'attack', injury: 'serious', can_talk: 'no', people: 3, place: 'Blue gate', note: 'Shots outside' });
  return { hiding: one?.name ?? '', theirs: two?.name ?? '', closed: four?.name ?? '' };
}

const POSITION = { lat: -18.0212, lon: 85.0345, accuracy_m: 12, age_ms: 400_000, source: 'gps' as const };

