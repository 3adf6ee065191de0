import type { Wire } from '../../../web/api/types';
import { AREAS } from '../fixtures/area_words';
import { enterKenya, enterPerson } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
import { expect, test } from '../fixtures/test';

for (const language of ['en', 'ar'] as const) {
  test(`each line of the log is a sentence: who, what, to whom, where, why, in ${language}`, async ({ install }) => {
    const admin = await install.administrator();
    const kenya = await enterKenya(admin);
    const person = await enterPerson(admin, kenya, { name: 'Achieng Otieno', email: 'achieng@example.org' });
    const role = { role: 'field_security_officer', area: 'office', area_id: kenya.office, person: person.id };
    const { id } = await admin.operator.post<Wire['Grant']>('/v1/grants', role);
    await admin.operator.send('DELETE', `/v1/grants/${id}`, { reason: 'Moved to another post.' });
    await admin.operator.enrolment(person.id);
    const desk = await install.desk(admin, { language });
    const { page } = desk;
    const { audit: text, roles } = AREAS[language];
    await desk.go('audit');
    const rows = page.getByRole('group', { name: text.title }).getByRole('row');
    await expect(rows.nth(1)).toBeVisible();
    await expect(page.getByText('Westlands')).toBeVisible();
    const ended = rows.filter({ hasText: 'Moved to another post.' });
    for (const part of [admin.login.name, person.name, roles.role.field_security_officer, 'Kenya office']) await expect(ended).toContainText(part);
    const words = (await page.getByRole('group', { name: text.title }).innerText()).replaceAll('\u2068', '').replaceAll('\u2069', '');
    expect(words).not.toMatch(/\b[a-z]+_[a-z_]+\b/);
    expect(words).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
    expect(words).not.toMatch(/\b(KE|ZZ)\b/);
    await new Looks(page, language, 'console').at('the log', 'nobody');
  });
}
