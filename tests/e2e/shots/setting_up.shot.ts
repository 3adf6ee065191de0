import { BarePhone } from '../fixtures/api';
import { AREAS } from '../fixtures/area_words';
import { enterKenya, enterPerson, type Administrator, type Country } from '../fixtures/install';
import { COLUMN, staffList } from '../fixtures/staff_list';
import { expect, test } from '../fixtures/test';
import { picture } from './picture';

const { imports, reach, rights, roles, devices, map } = AREAS.en;

test('an import with errors, who is reachable, rights and the sheets, from an empty installation', async ({ install }) => {
  const admin = await install.administrator();
  const kenya = await enterKenya(admin);
  const desk = await install.desk(admin, { size: { width: 1440, height: 1100 } });
  const { page } = desk;
  await desk.go('imports');
  const mistakes: Parameters<typeof staffList>[0] = {
    7: [COLUMN.mobile, 'ask him'],
    12: [COLUMN.email, 'achieng.mwangi@example.org'],
    20: [COLUMN.kind, 'Gardener'],
    33: [COLUMN.name, '=HYPERLINK("http://x")'],
  };
  await page.getByLabel(imports.upload.file, { exact: true }).setInputFiles(staffList(mistakes));
  await page.getByRole('button', { name: imports.upload.submit }).click();
  await page.getByRole('button', { name: imports.mapping.submit }).click();
  await expect(page.getByRole('region', { name: imports.problems.title })).toBeVisible();
  await picture(page, 'console-import');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: imports.apply.submit }).click();
  await expect(page.getByRole('heading', { name: reach.title })).toBeVisible({ timeout: 20_000 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'console-import-applied-dark');

  const officer = await enterPerson(admin, kenya, { name: 'Halima Wario', email: 'halima@example.org', phones: [{ kind: 'mobile', number: '+254700000099' }] });
  await giveRoles(admin, kenya, officer.id);
  await desk.go('rights');
  await desk.pick(page.getByLabel(rights.who), officer.name);
  await expect(page.getByRole('group', { name: officer.name })).toContainText(roles.role.field_security_officer);
  await picture(page, 'console-rights-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await desk.go('people/reach');
  await expect(page.getByRole('region', { name: reach.title })).toBeVisible();
  await picture(page, 'console-reachable');
  await desk.go('devices');
  await page.getByLabel(devices.invite.officeOf).selectOption(kenya.office);
  await page.getByRole('button', { name: devices.invite.submit }).click();
  await expect(page.getByRole('heading', { name: devices.sheets.title })).toBeVisible({ timeout: 30_000 });
  await page.setViewportSize({ width: 718, height: 1047 });
  await page.emulateMedia({ media: 'print' });
  await picture(page, 'enrolment-sheet');
});

test('the map with people in open cases', async ({ install }) => {
  const admin = await install.administrator();
  const kenya = await enterKenya(admin);
  const officer = await enterPerson(admin, kenya, { name: 'Halima Wario', email: 'halima@example.org' });
  const colleague = await install.colleague(admin, officer, { role: 'field_security_officer', area: 'office', area_id: kenya.office });
  const desk = await install.desk(colleague, { colorScheme: 'dark' });
  await desk.enableSound();
  for (const [name, position] of [['Achieng Otieno', { lat: -1.262, lon: 36.803, accuracy_m: 12 }], ['Juma Njeri', undefined]] as const) {
    const person = await enterPerson(admin, kenya, { name });
    const phone = await BarePhone.enrol(install.base, (await admin.operator.enrolment(person.id)).code);
    await phone.tap(position === undefined ? {} : { position: { ...position, age_ms: 2_000, source: 'gps' } });
  }
  await desk.go('map');
  await expect(desk.page.getByRole('region', { name: map.cases(2) })).toBeVisible();
  await expect(desk.page.locator('.map-side')).toContainText(/\d m/);
  await picture(desk.page, 'console-map-dark');
});

async function giveRoles({ operator }: Administrator, { office, zone }: Country, person: string): Promise<void> {
  await operator.post('/v1/grants', { person, role: 'field_security_officer', area: 'office', area_id: office, letter: 'PA/2026/17' });
  await operator.post('/v1/grants', { person, role: 'warden', area: 'zone', area_id: zone, until: '2027-06-30T21:00:00Z' });
}
