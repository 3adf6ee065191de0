import { AREAS } from '../fixtures/area_words';
import { Authenticator } from '../fixtures/authenticator';
import { enterKenya, enterPerson, FIRST } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
import { expect, test } from '../fixtures/test';

for (const language of ['en', 'ar'] as const) {
  test(`the first administrator: set up by the printed link, a code generator, out and in again with a code, in ${language}`, async ({ install }) => {
    test.slow();
    const desk = await install.console({ language });
    const { page, words } = desk;
    const { account: text, places } = AREAS[language];
    const looks = new Looks(page, language, 'console');
    await page.goto(`${install.server.origin}/console#setup=${install.server.printed.secret}`);
    await page.getByLabel(words.setup.organisation).fill(FIRST.organisation);
    await page.getByLabel(words.setup.name).fill(FIRST.name);
    await page.getByLabel(words.setup.email).fill(FIRST.email);
    await page.getByLabel(words.setup.password, { exact: true }).fill(FIRST.password);
    await page.getByRole('button', { name: words.setup.submit }).click();

    await expect(page.getByRole('heading', { name: text.factor.required, level: 1 })).toBeVisible();
    await looks.at('a code generator is needed', 'nobody');
    await page.getByRole('button', { name: text.factor.start }).click();
    await expect(page.getByRole('img', { name: text.factor.qr })).toBeVisible();
    await looks.at('a code generator is offered', 'nobody');
    const codes = new Authenticator(await page.locator('code.secret').innerText());
    await page.getByLabel(text.factor.code).fill('12345');
    await page.getByRole('button', { name: text.factor.confirm }).click();
    await expect(page.getByRole('alert')).not.toBeEmpty();
    await page.getByLabel(text.factor.code).fill(codes.code());
    await page.getByRole('button', { name: text.factor.confirm }).click();

    const done = page.getByRole('button', { name: text.recovery.done });
    await expect(done).toBeDisabled();
    codes.keep(await page.locator('.recovery code').allInnerTexts());
    await looks.at('recovery codes', 'nobody');
    await page.getByLabel(text.recovery.kept).check();
    await done.click();
    await expect(page.getByText(places.start)).toBeVisible();
    await expect(page.getByRole('link', { name: words.areas.name.places })).toHaveAttribute('aria-current', 'page');
    await looks.at('where to begin', 'nobody');

    await page.getByRole('button', { name: words.header.signOut }).click();
    await desk.signIn(FIRST);
    await expect(page.getByLabel(words.signIn.code)).toBeFocused();
    await looks.at('code asked for', 'nobody');
    await page.getByLabel(words.signIn.code).fill('000000');
    await page.getByRole('button', { name: words.signIn.submit, exact: true }).click();
    await expect(page.getByRole('alert')).toHaveText(words.errors.code_wrong);
    // A wrong try is followed by a wait: the code stays in its field, and the button is pressed until it counts.
    await page.getByLabel(words.signIn.code).fill(codes.code());
    await expect(async () => {
      await page.getByRole('button', { name: words.signIn.submit, exact: true }).click({ timeout: 1_000 });
      await expect(page.getByRole('heading', { name: places.title, level: 2 })).toBeVisible({ timeout: 1_500 });
    }).toPass({ timeout: 25_000 });
  });
}

test('who is given a role that needs a code generator while signed in sets it up and loses nothing they typed', async ({ install }) => {
  const admin = await install.administrator();
  const kenya = await enterKenya(admin);
  const warden = await enterPerson(admin, kenya, { name: 'Wanjiru Kamau', email: 'wanjiru@example.org' });
  await admin.operator.post('/v1/grants', { person: warden.id, role: 'warden', area: 'zone', area_id: kenya.zone });
  await install.password(admin.operator, warden);
  const desk = await install.console();
  const { page, words } = desk;
  const { account: text } = AREAS.en;
  await desk.open();
  await desk.signIn({ email: 'wanjiru@example.org', name: warden.name });
  await expect(page.getByRole('heading', { name: AREAS.en.people.title, level: 2 })).toBeVisible();
  await desk.go('account');
  await expect(page.getByText(text.sessions.current, { exact: true })).toBeVisible();

  // From now on every request of theirs is refused until they have one.
  await admin.operator.post('/v1/grants', { person: warden.id, role: 'field_security_officer', area: 'office', area_id: kenya.office });
  await desk.go('people');
  const dialog = page.getByRole('dialog', { name: words.factor.title });
  await dialog.getByRole('button', { name: text.factor.start }).click();
  const codes = new Authenticator(await dialog.locator('code.secret').innerText());
  await dialog.getByLabel(text.factor.code).fill(codes.code());
  await dialog.getByRole('button', { name: text.factor.confirm }).click();
  await dialog.getByLabel(text.recovery.kept).check();
  await dialog.getByRole('button', { name: text.recovery.done }).click();
  await expect(dialog).toBeHidden();
  // The request that was refused went again by itself; an officer's shift begins with the test of the sound.
  await expect(page.getByRole('button', { name: words.gate.button })).toBeVisible();
});

for (const language of ['en', 'ar'] as const) {
  test(`sessions are listed and ended, in ${language}`, async ({ install }) => {
    test.slow();
    const admin = await install.administrator();
    const desk = await install.desk(admin, { language });
    const other = await install.desk(admin, { language });
    const { page } = desk;
    const { account: text } = AREAS[language];
    await desk.go('account');
    const current = page.getByRole('region', { name: text.sessions.title }).getByText(text.sessions.current, { exact: true });
    await expect(current).toHaveCount(1);
    const end = page.getByRole('button', { name: new RegExp(text.sessions.endOf('').trim()) });
    // The set-up's own session, and the other window's.
    await expect(end).toHaveCount(2);
    await new Looks(page, language, 'console').at('own account', 'nobody');
    await end.first().click();
    await expect(end).toHaveCount(1);
    await end.first().click();
    await expect(end).toHaveCount(0);
    await other.go('account');
    await expect(other.page.getByText(other.words.signIn.ended)).toBeVisible();
    await expect(current).toHaveCount(1);
  });
}

for (const language of ['en', 'ar'] as const) {
  test(`a password is changed by the present one and a code, and the other sessions end, in ${language}`, async ({ install }) => {
    test.slow();
    const admin = await install.administrator();
    const desk = await install.desk(admin, { language });
    const other = await install.desk(admin, { language });
    const { page, words } = desk;
    const { account: text } = AREAS[language];
    const looks = new Looks(page, language, 'console');
    const next = 'another sentence that I remember';
    await desk.go('account');
    const sessions = page.getByRole('region', { name: text.sessions.title });
    await expect(sessions.getByRole('row')).toHaveCount(4);
    await page.getByRole('button', { name: text.password.start }).click();
    const form = page.getByRole('form', { name: text.password.title });
    const [present, code] = [form.getByLabel(text.password.present), form.getByLabel(words.signIn.code)];
    const password = form.getByLabel(text.password.next, { exact: true });
    const submit = form.getByRole('button', { name: text.password.submit });
    await expect(present).toBeFocused();
    await present.fill('not my password');
    await code.fill(admin.codes.code());
    await password.fill('too short');
    await expect(form.getByText(words.setup.passwordShort(6))).toBeVisible();
    await expect(submit).toBeDisabled();
    await password.fill(next);
    await looks.at('another password', 'nobody');
    await submit.click();
    await expect(form.getByText(text.password.wrong)).toBeVisible();
    await looks.at('the present password was wrong', 'nobody');
    await present.fill(FIRST.password);
    await password.fill(FIRST.password);
    // A wrong try is followed by a wait: what was typed stays, and the button is pressed until it counts.
    await expect(async () => {
      await submit.click({ timeout: 1_000 });
      await expect(password).toHaveAttribute('aria-invalid', 'true', { timeout: 1_500 });
    }).toPass({ timeout: 25_000 });
    await password.fill(next);
    await expect(async () => {
      if (await form.isVisible()) await submit.click({ timeout: 1_000 });
      await expect(form).toBeHidden({ timeout: 1_500 });
    }).toPass({ timeout: 25_000 });
    // The set-up's own session, and the other window's.
    await expect(page.getByText(text.password.done(2))).toBeVisible();
    await expect(page.getByRole('button', { name: text.password.start })).toBeFocused();
    await expect(sessions.getByRole('row')).toHaveCount(2);
    await other.go('account');
    await expect(other.page.getByText(other.words.signIn.ended)).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { name: text.title, level: 2 })).toBeVisible();
  });
}
