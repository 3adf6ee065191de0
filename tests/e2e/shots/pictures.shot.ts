import { expect, test, type Muster } from '../fixtures/test';
import { picture } from './picture';

const HERE = { latitude: -18.0212, longitude: 85.0345, accuracy: 12 };

test('the console with cases, dark and light', async ({ muster }) => {
  const desk = await muster.console({ colorScheme: 'dark' });
  await desk.start(muster.login(0));
  const name = await scene(muster);
  await expect(desk.rows).toHaveCount(5);
  await desk.openCase(name);
  await desk.take();
  await desk.press('n');
  await expect(desk.form(desk.words.act.note).getByLabel(desk.words.form.note)).toBeFocused();
  await desk.page.keyboard.type('She is in the store room with two colleagues, door locked. Radio only.');
  await desk.press('Enter');
  await expect(desk.timeline.filter({ hasText: 'store room' })).toHaveCount(1);
  await expect(desk.page.getByText(desk.words.act.saved)).toBeHidden();
  await picture(desk.page, 'console-dark');
  await desk.page.emulateMedia({ colorScheme: 'light' });
  await picture(desk.page, 'console-light');
});

for (const language of ['en', 'ar'] as const) {
  test(`the phone, in ${language}`, async ({ muster }) => {
    const desk = await muster.console();
    await desk.start(muster.login(0));
    const phone = await muster.enrolledPhone(1, { language, at: HERE });
    await expect(phone.page.getByText(phone.words.reach.reached)).toBeVisible();
    await expect(phone.page.getByText(phone.words.unwatched)).toBeHidden();
    await picture(phone.page, `phone-home-${language}`);
    // Somebody is at the console and looks at another page: stored, and on nobody's screen yet.
    await desk.press('g', 'e');
    await phone.hold();
    await phone.expectStage(phone.words.stage.stored);
    await picture(phone.page, `phone-stored-${language}`);
    await desk.press('Escape');
    await expect(desk.rows).toHaveCount(1);
    await desk.press('j', 'c');
    await phone.expectStage(phone.words.stage.taken, { name: muster.login(0).name });
    await picture(phone.page, `phone-taken-${language}`);
  });
}

/** Five open cases as on a bad afternoon; returns the name of the one to look at. */
async function scene(muster: Muster): Promise<string> {
  const amina = await muster.barePhone(muster.phoneLink(1).name);
  const idris = await muster.barePhone(muster.phoneLink(3).name);
  const [one, two] = await muster.barePhones(2);
  const second = await muster.signedIn(1);
  const taken = await two?.tap({ battery: { percent: 61 }, network: '4g' });
  await second.act(taken?.case.id ?? '', 'claim');
  await second.open({ name: 'Unknown caller', number: '+9995550100', channel: 'radio', facts: { place: 'Behind the fish market' } });
  await idris.tap({ position: { lat: -18.31, lon: 85.22, accuracy_m: 900, age_ms: 420_000, source: 'network' }, battery: { percent: 9 }, network: '2g' }, 260_000);
  await one?.tap({ colleague: { name: 'A driver without a phone' } });
  await amina.tap({
    position: { lat: HERE.latitude, lon: HERE.longitude, accuracy_m: HERE.accuracy, age_ms: 2_000, source: 'gps' },
    battery: { percent: 34, charging: false },
    network: '4g',
  });
  await amina.tap();
  await amina.say({ danger: 'attack', can_talk: 'no', people: 3, place: 'Store room, first floor' });
  return amina.name;
}
