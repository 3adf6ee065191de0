import { BarePhone } from '../fixtures/api';
import { AREAS } from '../fixtures/area_words';
import { enterKenya, enterPerson } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
import { expect, test } from '../fixtures/test';

/** What the people speak; Muster writes no Swahili. */
const LANGUAGES = ['fr', 'ar', 'ru', 'zh', 'es', 'en', 'sw', 'ru'];
const SHEETS = LANGUAGES.length;
/** A4 within its margins, in CSS pixels. */
const PAPER = { width: 718, height: 1_047 };

for (const language of ['en', 'ar'] as const) {
  test(`everybody of an office is invited in one action, and the sheets fit the paper, in ${language}`, async ({ install }) => {
    test.slow();
    const admin = await install.administrator();
    const kenya = await enterKenya(admin);
    for (let n = 1; n <= SHEETS; n += 1) {
      await enterPerson(admin, kenya, { name: `Person Number ${n}`, email: n === 1 ? undefined : `p${n}@example.org`, languages: [LANGUAGES[n - 1] ?? 'fr'] });
    }
    const desk = await install.desk(admin, { language });
    const { page, words } = desk;
    const { devices: text } = AREAS[language];
    const looks = new Looks(page, language, 'console');
    await desk.go('devices');
    // Before anybody is invited: no phone could open what is made at this address.
    await expect(page.getByText(words.onlyHere)).toBeVisible();
    await looks.at('inviting', 'nobody');
    await page.getByLabel(text.invite.officeOf).selectOption(kenya.office);
    await page.getByRole('button', { name: text.invite.submit }).click();
    await expect(page.getByRole('heading', { name: text.sheets.title })).toBeFocused({ timeout: 30_000 });
    const sheets = page.locator('.sheet');
    await expect(sheets).toHaveCount(SHEETS);
    await expect(page.getByText(text.sheets.noMail)).toHaveCount(1);
    const written = (): Promise<string[]> => sheets.evaluateAll((all) => all.map((one) => `${one.getAttribute('lang')} ${getComputedStyle(one).direction}`).sort());
    const own = LANGUAGES.map((one) => (one === 'sw' ? language : one)).map((one) => `${one} ${one === 'ar' ? 'rtl' : 'ltr'}`);
    expect(await written()).toEqual(own.sort());
    await page.getByLabel(text.sheets.language).selectOption('es');
    expect(new Set(await written())).toEqual(new Set(['es ltr']));
    await page.getByLabel(text.sheets.language).selectOption('own');
    await page.locator('summary').first().click();
    await looks.at('sheets', 'nobody');

    // On paper: the sheets and nothing else, six to a page or one, none of them cut.
    await page.setViewportSize(PAPER);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const hidden of [page.getByRole('navigation', { name: words.nav.label }), page.getByRole('button', { name: text.sheets.print }), page.getByRole('group', { name: text.sheets.mail })]) {
      await expect(hidden).toBeHidden();
    }
    await expect(sheets.first()).toHaveCSS('background-color', 'rgb(255, 255, 255)');
    expect(await sheets.evaluateAll((all) => all.filter((one) => one.scrollHeight > one.clientHeight + 1).map((one) => one.textContent))).toEqual([]);
    const qr = await sheets.first().getByRole('img').boundingBox();
    expect(qr?.width).toBeGreaterThan(140);
    expect(await pages(await page.pdf({ format: 'A4' }))).toBe(Math.ceil(SHEETS / 6));
    await page.emulateMedia({ media: 'screen' });
    await page.getByRole('radio', { name: text.sheets.one, exact: true }).check();
    await page.emulateMedia({ media: 'print' });
    expect(await pages(await page.pdf({ format: 'A4' }))).toBe(SHEETS);
    await page.emulateMedia({ media: 'screen' });
    await page.setViewportSize({ width: 1_440, height: 900 });

    // One of them is used, and the progress says so.
    const code = await page.locator('.sheet-code').first().innerText();
    await BarePhone.enrol(install.base, code.trim());
    await page.getByRole('button', { name: text.sheets.forget }).click();
    await expect(sheets).toHaveCount(0);
    await expect(page.getByRole('group', { name: text.batches.title })).toBeVisible();
    await looks.at('invitations so far', 'nobody');
    await page.getByRole('link', { name: text.tab.progress }).click();
    const row = page.getByRole('row').filter({ hasText: 'Kenya office' });
    await expect(row.getByRole('cell').nth(1)).toHaveText(Intl.NumberFormat(language).format(1));
    await expect(row.getByRole('cell').nth(2)).toHaveText(Intl.NumberFormat(language).format(SHEETS - 1));
    await looks.at('progress', 'nobody');
  });
}

test('the codes of a batch are made void, and a phone is revoked with a reason', async ({ install }) => {
  const admin = await install.administrator();
  const kenya = await enterKenya(admin);
  const person = await enterPerson(admin, kenya, { name: 'Achieng Otieno' });
  const { code } = await admin.operator.enrolment(person.id);
  const phone = await BarePhone.enrol(install.base, code);
  const other = await enterPerson(admin, kenya, { name: 'Baraka Mwangi' });
  const desk = await install.desk(admin);
  const { page, words } = desk;
  const { devices: text } = AREAS.en;
  await desk.go('devices');
  await page.getByLabel(text.invite.officeOf).selectOption(kenya.office);
  await page.getByRole('button', { name: text.invite.submit }).click();
  await expect(page.locator('.sheet')).toHaveCount(1);
  await expect(page.locator('.sheet')).toContainText(other.name);
  const unused = await page.locator('.sheet-code').innerText();
  await page.getByRole('button', { name: text.sheets.forget }).click();
  await page.getByRole('button', { name: text.batches.end }).click();
  const dialog = page.getByRole('dialog', { name: text.batches.endTitle });
  await dialog.getByLabel(text.batches.reason).fill('The sheets were lost.');
  await dialog.getByRole('button', { name: text.batches.end }).click();
  await expect(page.getByText(text.batches.voided)).toBeVisible();
  await expect(BarePhone.enrol(install.base, unused.trim())).rejects.toThrow();

  await page.getByRole('link', { name: text.tab.person }).click();
  await desk.pick(page.getByLabel(text.person.who), person.name);
  const table = page.getByRole('group', { name: person.name });
  await expect(table.getByRole('row').nth(1)).toContainText(text.person.signedIn);
  await table.getByRole('button', { name: text.person.revokeOf('Phone without a screen') }).click();
  const revoking = page.getByRole('dialog');
  await revoking.getByLabel(text.person.cause).selectOption('stolen');
  await revoking.getByLabel(text.person.reason).fill('Stolen in the market.');
  await revoking.getByRole('button', { name: text.person.revoke, exact: true }).click();
  await expect(table).toContainText(text.person.revoked(text.person.causes.stolen));
  await expect(table).toContainText('Stolen in the market.');
  await new Looks(page, 'en', 'console').at('a revoked phone', 'nobody');
  // Whoever holds it may still be in danger.
  expect((await phone.tap()).case).toBeDefined();
  await expect(page.getByRole('button', { name: words.header.signOut })).toBeVisible();
});

/** How many pages a PDF has. */
async function pages(pdf: Buffer): Promise<number> {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}
