import type { Wire } from '../../../web/api/types';
import { AREAS } from '../fixtures/area_words';
import { enterKenya, enterPerson } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
import { expect, test } from '../fixtures/test';

for (const language of ['en', 'ar'] as const) {
  test(`a head of office signs the list; when it changes, the board says so, and zones without a warden stand there, in ${language}`, async ({ install }) => {
    test.slow();
    const admin = await install.administrator();
    const kenya = await enterKenya(admin);
    const chief = await enterPerson(admin, kenya, { name: 'Achieng Otieno', email: 'achieng@example.org' });
    const colleague = await install.colleague(admin, chief, { role: 'chief_of_mission', area: 'office', area_id: kenya.office });
    const desk = await install.desk(colleague, { language });
    const { page } = desk;
    const { board: text, people } = AREAS[language];
    const looks = new Looks(page, language, 'console');

    await desk.go('people/signed');
    await expect(page.getByText(people.signed.notYet)).toBeVisible();
    await page.getByLabel(people.signed.iRead).check();
    await looks.at('a list to sign', 'nobody');
    const form = page.getByRole('form', { name: people.signed.sign });
    await form.getByLabel(people.signed.remarks).fill('Checked by telephone.');

    // Somebody comes while the list is read: what is signed is what was read, or nothing.
    await enterPerson(admin, kenya, { name: 'Baraka Mwangi' });
    await form.getByRole('button', { name: people.signed.submit }).click();
    await expect(page.getByText(people.signed.people(2))).toBeVisible();
    await page.getByLabel(people.signed.iRead).check();
    await form.getByRole('button', { name: people.signed.submit }).click();
    await expect(page.getByText(people.signed.inTime)).toBeVisible();
    await expect(page.getByRole('region', { name: people.signed.title }).getByRole('row').filter({ hasText: chief.name })).toBeVisible();
    await looks.at('a signed list', 'nobody');

    await desk.go('board');
    await expect(page.getByRole('heading', { name: text.title })).toBeVisible();
    await expect(page.getByRole('group', { name: text.lists })).toHaveCount(0);
    await enterPerson(admin, kenya, { name: 'Claire Moreau' });
    expect((await colleague.operator.get<Wire['Board']>('/v1/board')).lists).toMatchObject([{ stale: true }]);
    await page.getByRole('button', { name: text.again }).click();
    const row = page.getByRole('group', { name: text.lists }).getByRole('row').filter({ hasText: 'Kenya office' });
    await expect(row).toContainText(text.stale);
    await looks.at('board', 'nobody');
    await row.getByRole('link').click();
    await expect(page.getByLabel(people.signed.iRead)).toBeVisible();

    const admins = await install.desk(admin, { language });
    await admins.go('board');
    const zones = admins.page.getByRole('group', { name: text.zones });
    await expect(zones.getByRole('row').filter({ hasText: 'Westlands' })).toBeVisible();
    await new Looks(admins.page, language, 'console').at('board of an administrator', 'nobody');
  });
}
