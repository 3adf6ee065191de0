import type { Wire } from '../../../web/api/types';
import { AREAS } from '../fixtures/area_words';
import { enterKenya, enterPerson, FIRST, type Administrator } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
import { expect, test } from '../fixtures/test';

/** What the server answers once a password was given too long ago. */
const STALE = { type: '/errors#step_up_required', status: 403, code: 'step_up_required', title: 'Prove again who you are', detail: 'Give your password again.' };

async function grantsOf({ operator }: Administrator, person: string): Promise<Wire['Grant'][]> {
  return (await operator.get<Wire['GrantPage']>(`/v1/grants?person=${person}`)).grants;
}

for (const language of ['en', 'ar'] as const) {
  test(`a role is given after the password was asked for again, without typing it twice, and ended, in ${language}`, async ({ install }) => {
    test.slow();
    const admin = await install.administrator();
    const kenya = await enterKenya(admin);
    const officer = await enterPerson(admin, kenya, { name: 'Achieng Otieno', email: 'achieng@example.org' });
    const desk = await install.desk(admin, { language });
    const { page, words } = desk;
    const { rights: text, roles } = AREAS[language];
    const looks = new Looks(page, language, 'console');
    const keys: string[] = [];
    await page.route('**/v1/grants', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      keys.push(route.request().headers()['idempotency-key'] ?? '');
      // As after five minutes, twice: the first time the person turns away.
      if (keys.length > 2) return route.fallback();
      return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(STALE) });
    });

    await desk.go('rights');
    await desk.pick(page.getByLabel(text.who), officer.name);
    await expect(page.getByText(text.noGrants)).toBeVisible();
    const form = page.getByRole('form', { name: text.give.title(officer.name) });
    await form.getByLabel(text.give.role, { exact: true }).selectOption('field_security_officer');
    await form.getByLabel(text.give.kind).selectOption('office');
    await form.getByLabel(`${text.give.area} (${roles.kind.office})`).selectOption(kenya.office);
    await form.getByLabel(text.give.letter).fill('PA/2026/17');
    await looks.at('a role to be given', 'nobody');
    const give = form.getByRole('button', { name: text.give.submit });
    await give.click();
    const dialog = page.getByRole('dialog', { name: words.stepUp.title });
    await looks.at('step-up', 'nobody');
    await dialog.getByRole('button', { name: words.cancel }).click();
    await expect(form.getByText(words.errors.step_up_required)).toBeVisible();
    expect(await grantsOf(admin, officer.id)).toEqual([]);
    await expect(form.getByLabel(text.give.letter)).toHaveValue('PA/2026/17');

    await give.click();
    await expect(dialog.getByLabel(words.stepUp.password)).toBeFocused();
    await dialog.getByLabel(words.stepUp.password).fill(FIRST.password);
    await dialog.getByLabel(words.signIn.code).fill(admin.codes.code());
    await dialog.getByRole('button', { name: words.stepUp.submit }).click();
    await expect(page.getByRole('group', { name: officer.name })).toContainText(roles.role.field_security_officer);
    await expect(dialog).toBeHidden();
    expect(new Set(keys).size).toBe(1);
    expect(await grantsOf(admin, officer.id)).toMatchObject([{ role: 'field_security_officer', letter: 'PA/2026/17' }]);
    await looks.at('a role that was given', 'nobody');

    await page.getByRole('button', { name: text.end.of(roles.role.field_security_officer, officer.name) }).click();
    const ending = page.getByRole('dialog', { name: text.end.title(roles.role.field_security_officer) });
    await looks.at('ending a role', 'nobody');
    await ending.getByLabel(text.end.reason).fill('Moved to another country.');
    await ending.getByRole('button', { name: text.end.submit }).click();
    await expect(page.getByText(text.noGrants)).toBeVisible();
    await page.getByLabel(text.past).check();
    await expect(page.getByRole('group', { name: officer.name })).toContainText(text.endedEarly);
    expect(await grantsOf(admin, officer.id)).toEqual([]);
  });
}

test('a code that the console did not know of is asked for once the server wants it', async ({ install }) => {
  const admin = await install.administrator();
  const kenya = await enterKenya(admin);
  const officer = await enterPerson(admin, kenya, { name: 'Achieng Otieno' });
  const desk = await install.console();
  const { page, words } = desk;
  // A page that was opened before the code generator was set up in another window.
  await page.route('**/v1/session', async (route) => {
    const response = await route.fetch();
    if (!response.ok()) return route.fulfill({ response });
    return route.fulfill({ response, json: { ...((await response.json()) as object), second_factor: false } });
  });
  await desk.open();
  await desk.signIn(FIRST);
  await desk.giveCode(admin.codes);
  const { rights: text } = AREAS.en;
  let refused = false;
  await page.route('**/v1/grants', (route) => {
    if (route.request().method() !== 'POST' || refused) return route.fallback();
    refused = true;
    return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(STALE) });
  });
  await expect(page.getByRole('button', { name: words.header.signOut })).toBeVisible();
  await desk.go('rights');
  await desk.pick(page.getByLabel(text.who), officer.name);
  const form = page.getByRole('form', { name: text.give.title(officer.name) });
  await form.getByLabel(text.give.role, { exact: true }).selectOption('warden');
  await form.getByLabel(text.give.area).selectOption(kenya.zone);
  await form.getByRole('button', { name: text.give.submit }).click();
  const dialog = page.getByRole('dialog', { name: words.stepUp.title });
  await dialog.getByLabel(words.stepUp.password).fill(FIRST.password);
  await expect(dialog.getByLabel(words.signIn.code)).toHaveCount(0);
  await dialog.getByRole('button', { name: words.stepUp.submit }).click();
  await expect(dialog.getByLabel(words.signIn.code)).toBeFocused();
  await expect(dialog.getByLabel(words.stepUp.password)).toHaveValue(FIRST.password);
  await dialog.getByLabel(words.signIn.code).fill(admin.codes.code());
  await dialog.getByRole('button', { name: words.stepUp.submit }).click();
  await expect(page.getByText(text.give.done, { exact: true })).toBeVisible();
  expect(await grantsOf(admin, officer.id)).toMatchObject([{ role: 'warden' }]);
});

test('an administrator issues a sign-in link, sees the sessions of a person and ends them', async ({ install }) => {
  const admin = await install.administrator();
  const kenya = await enterKenya(admin);
  const person = await enterPerson(admin, kenya, { name: 'Achieng Otieno', email: 'achieng@example.org' });
  const colleague = await install.colleague(admin, person, { role: 'chief_of_mission', area: 'office', area_id: kenya.office });
  const theirs = await install.desk(colleague);
  const desk = await install.desk(admin);
  const { page } = desk;
  const { account: text } = AREAS.en.rights;
  await desk.go('rights');
  await desk.pick(page.getByLabel(AREAS.en.rights.who), person.name);
  const form = page.getByRole('form', { name: text.sessions });
  await form.getByLabel(AREAS.en.rights.end.reason).fill('A laptop was left in a taxi.');
  await form.getByRole('button', { name: text.sessions }).click();
  await expect(page.getByText(text.noSessions)).toBeVisible();
  await theirs.go('people/signed');
  await expect(theirs.page.getByText(theirs.words.signIn.ended)).toBeVisible();
  await page.getByRole('button', { name: text.link }).click();
  await expect(page.getByText(/#password=/)).toBeVisible();
});

test('one press signs everybody of an office out, after its name was typed, and is taken back', async ({ install }) => {
  const admin = await install.administrator();
  const kenya = await enterKenya(admin);
  const { offices } = await admin.operator.get<Wire['Places']>('/v1/places');
  const headquarters = offices.find(({ id }) => id !== kenya.office)?.id ?? '';
  const head = await enterPerson(admin, kenya, { name: 'Halima Wario', email: 'halima@example.org', office: headquarters });
  const chief = await enterPerson(admin, kenya, { name: 'Achieng Otieno', email: 'achieng@example.org' });
  const regional = await install.colleague(admin, head, { role: 'regional_security_officer', area: 'organisation', area_id: kenya.organisation });
  const colleague = await install.colleague(admin, chief, { role: 'chief_of_mission', area: 'office', area_id: kenya.office });
  const theirs = await install.desk(colleague);
  const desk = await install.desk(regional);
  await desk.enableSound();
  const { page } = desk;
  const { seizure: text, tab, title } = AREAS.en.rights;
  await desk.go('rights/seizure');
  await expect(page.getByRole('heading', { name: title, level: 2 })).toBeVisible();
  const form = page.getByRole('form', { name: tab.seizure });
  await form.getByLabel(text.office).selectOption(kenya.office);
  await form.getByLabel(text.reason).fill('Armed men are in the building.');
  await form.getByLabel(text.confirm('Kenya office')).fill('Kenya');
  await form.getByRole('button', { name: text.submit }).click();
  await expect(form.getByText(text.mismatch)).toBeVisible();
  await new Looks(page, 'en', 'console').at('an office seized', 'nobody');
  await form.getByLabel(text.confirm('Kenya office')).fill('kenya office');
  await form.getByRole('button', { name: text.submit }).click();
  await expect(page.getByText(text.done, { exact: true })).toBeVisible();
  await theirs.go('account');
  await expect(theirs.page.getByText(theirs.words.signIn.ended)).toBeVisible();
  await theirs.signIn(chief);
  await theirs.giveCode(colleague.codes);
  await expect(theirs.page.getByRole('alert')).toHaveText(theirs.words.errors.office_seized);

  const back = page.getByRole('form', { name: text.restore });
  await back.getByLabel(text.office).selectOption(kenya.office);
  await back.getByLabel(text.reason).fill('The building is ours again.');
  await back.getByRole('button', { name: text.restore }).click();
  await expect(page.getByText(text.restored, { exact: true })).toBeVisible();
});
