import type { Wire } from '../../../web/api/types';
import { BarePhone } from '../fixtures/api';
import { AREAS } from '../fixtures/area_words';
import { enterKenya, enterPerson } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
import { expect, test } from '../fixtures/test';

for (const language of ['en', 'ar'] as const) {
  test(`a person is entered, found and changed; what is not shown says so, in ${language}`, async ({ install }) => {
    test.slow();
    const admin = await install.administrator();
    const kenya = await enterKenya(admin);
    const desk = await install.desk(admin, { language });
    const { page } = desk;
    const { people: text } = AREAS[language];
    const looks = new Looks(page, language, 'console');

    await desk.go('people/add');
    const form = page.getByRole('form', { name: text.person });
    await form.getByLabel(text.office, { exact: true }).selectOption(kenya.office);
    await form.getByLabel(text.kind, { exact: true }).selectOption('visitor');
    await form.getByLabel(text.name, { exact: true }).fill('Achieng Otieno');
    await form.getByLabel(text.mobile, { exact: true }).fill('0712');
    await form.getByRole('button', { name: text.add }).click();
    await expect(form.getByLabel(text.mobile, { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await looks.at('a person refused', 'nobody');
    await form.getByLabel(text.mobile, { exact: true }).fill('+254712345678');
    await form.getByRole('button', { name: text.add }).click();
    await expect(form.getByLabel(text.name, { exact: true })).toHaveValue('');

    await page.getByRole('link', { name: text.tab.list, exact: true }).click();
    await expect(page.getByRole('region', { name: text.tab.list }).getByRole('row').filter({ hasText: 'Achieng Otieno' })).toBeVisible();
    await looks.at('the list', 'nobody');
    await desk.pick(page.getByLabel(text.list.find), 'Achieng Otieno');
    await expect(page.getByRole('heading', { name: 'Achieng Otieno', level: 3 })).toBeVisible();
    // An administrator sees no passports and nothing medical: hidden is not the same as empty.
    await expect(page.getByRole('listitem').filter({ hasText: text.one.maskedWord.passport })).toBeVisible();
    const fact = (name: string) => page.getByRole('region', { name: text.one.facts }).locator('div').filter({ has: page.getByRole('term').filter({ hasText: name }) });
    await expect(fact(text.one.field.passport)).toContainText(text.one.masked);
    await expect(fact(text.one.field.job_title)).toContainText(text.one.empty);
    await looks.at('a person', 'nobody');

    await page.getByRole('button', { name: text.edit.open, exact: true }).click();
    const edit = page.getByRole('form', { name: text.edit.title });
    await expect(edit.getByLabel(text.edit.passportNumber)).toHaveCount(0);
    await edit.getByLabel(text.one.field.job_title).fill('Driver');
    await looks.at('changing a person', 'nobody');
    await edit.getByRole('button', { name: text.edit.save }).click();
    await expect(fact(text.one.field.job_title)).toContainText('Driver');

    // Their rights are a press away, and nobody is looked for twice.
    await page.getByRole('region', { name: text.title }).getByRole('link', { name: desk.words.areas.name.rights }).click();
    await expect(page.getByRole('form', { name: AREAS[language].rights.give.title('Achieng Otieno') })).toBeVisible();
  });
}

test('a list steward says whose visitor somebody is and who supervises them', async ({ install }) => {
  const admin = await install.administrator();
  const kenya = await enterKenya(admin);
  const host = await enterPerson(admin, kenya, { name: 'Baraka Mwangi' });
  const visitor = await enterPerson(admin, kenya, { name: 'Claire Moreau', kind: 'visitor' });
  const person = await enterPerson(admin, kenya, { name: 'Achieng Otieno', email: 'achieng@example.org' });
  const steward = await install.colleague(admin, person, { role: 'list_steward', area: 'organisation', area_id: kenya.organisation });
  const desk = await install.desk(steward);
  const { page } = desk;
  const { people: text } = AREAS.en;
  await desk.go(`people/${visitor.id}`);
  await page.getByRole('button', { name: text.edit.open, exact: true }).click();
  const edit = page.getByRole('form', { name: text.edit.title });
  for (const line of ['sponsor', 'supervisor'] as const) {
    const group = edit.getByRole('group', { name: text.one.field[line] });
    await group.getByRole('button', { name: text.edit.choose }).click();
    await desk.pick(group.getByRole('combobox'), host.name);
    await expect(group.getByRole('link', { name: host.name })).toBeVisible();
  }
  await new Looks(page, 'en', 'console').at('whose visitor', 'nobody');
  await edit.getByRole('button', { name: text.edit.save }).click();
  await expect(edit).toBeHidden();
  const read = (): Promise<Wire['PersonDetail']> => steward.operator.get(`/v1/people/${visitor.id}`);
  expect(await read()).toMatchObject({ sponsor: host.id, supervisor: host.id });

  await page.getByRole('button', { name: text.edit.open, exact: true }).click();
  await edit.getByRole('group', { name: text.one.field.supervisor }).getByRole('button', { name: text.edit.nobody }).click();
  await edit.getByRole('button', { name: text.edit.save }).click();
  await expect(edit).toBeHidden();
  expect((await read()).supervisor ?? null).toBeNull();
});

test('two who change the same person at once both see it, and nothing is lost', async ({ install }) => {
  const admin = await install.administrator();
  const kenya = await enterKenya(admin);
  const person = await enterPerson(admin, kenya, { name: 'Achieng Otieno', job_title: 'Driver' });
  const desk = await install.desk(admin);
  const { page } = desk;
  const { people: text } = AREAS.en;
  await desk.go(`people/${person.id}`);
  await page.getByRole('button', { name: text.edit.open, exact: true }).click();
  const edit = page.getByRole('form', { name: text.edit.title });
  await edit.getByLabel(text.one.field.job_title).fill('Head of transport');
  const { revision } = await admin.operator.get<Wire['PersonDetail']>(`/v1/people/${person.id}`);
  const theirs = { job_title: 'Logistics officer', call_sign: 'TANGO 4' };
  await admin.operator.send('PATCH', `/v1/people/${person.id}`, theirs, { 'If-Match': `"${revision}"` });
  await edit.getByRole('button', { name: text.edit.save }).click();
  const conflict = page.getByRole('alert').filter({ hasText: text.edit.conflict });
  await expect(conflict).toBeFocused();
  await expect(conflict).toContainText('Logistics officer');
  await expect(conflict).toContainText(text.edit.taken(text.one.field.call_sign));
  await new Looks(page, 'en', 'console').at('a conflict', 'nobody');
  await edit.getByRole('button', { name: text.edit.save }).click();
  await expect(edit).toBeHidden();
  expect(await admin.operator.get(`/v1/people/${person.id}`)).toMatchObject({ job_title: 'Head of transport', call_sign: 'TANGO 4' });
});

for (const language of ['en', 'ar'] as const) {
  test(`that somebody has left is asked once more, with what it ends and what they still have, in ${language}`, async ({ install }) => {
    const admin = await install.administrator();
    const kenya = await enterKenya(admin);
    const person = await enterPerson(admin, kenya, { name: 'Achieng Otieno', email: 'achieng@example.org' });
    await install.colleague(admin, person, { role: 'list_steward', area: 'office', area_id: kenya.office });
    const { code } = await admin.operator.enrolment(person.id);
    await BarePhone.enrol(install.base, code);
    const desk = await install.desk(admin, { language });
    const { page } = desk;
    const { leaving: text } = AREAS[language].people;
    await desk.go(`people/${person.id}`);
    const ask = page.getByRole('button', { name: text.ask, exact: true });
    await ask.click();
    const dialog = page.getByRole('dialog', { name: text.confirm(person.name) });
    await expect(dialog.locator('[data-ends]')).toContainText(text.roles(1));
    await expect(dialog.locator('[data-ends]')).toContainText(text.sessions(1));
    await expect(dialog.locator('[data-keeps]')).toContainText(text.phones(1));
    await new Looks(page, language, 'console').at('whether somebody has left', 'nobody');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    // Esc was for the dialog alone.
    await expect(page.getByRole('heading', { name: person.name, level: 3 })).toBeVisible();
    expect((await admin.operator.get<Wire['PersonDetail']>(`/v1/people/${person.id}`)).left_at ?? null).toBeNull();
    await ask.click();
    await dialog.getByLabel(text.reason).fill('Contract over.');
    await dialog.getByRole('button', { name: text.submit }).click();
    await expect(page.getByRole('form', { name: text.back })).toBeVisible();
  });
}
