import type { Wire } from '../../../web/api/types';
import { AREAS } from '../fixtures/area_words';
import { enterKenya, enterPerson } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
import { expect, test } from '../fixtures/test';

for (const language of ['en', 'ar'] as const) {
  test(`two operators hand a shift over item by item, and an untaken alarm forbids it, in ${language}`, async ({ muster }) => {
    test.slow();
    const [first, second] = [await muster.console({ language }), await muster.console({ language })];
    await first.start(muster.login(0));
    await second.start(muster.login(1));
    const { watch: text } = AREAS[language];
    const { footer } = first.words;
    const [name, other] = [muster.login(0).name, muster.login(1).name];
    const looks = [new Looks(first.page, language, 'console'), new Looks(second.page, language, 'console')] as const;
    const [phone, late] = await muster.barePhones(2);
    const mine = (await phone?.tap())?.case.id ?? '';
    await expect(first.rows).toHaveCount(1);
    await first.press('j', 'c');
    await expect(first.detail).toContainText(first.words.detail.ownerYou(name));
    const reference = (await muster.operator.detail(mine)).case.reference;

    // From the foot of the page, by keyboard as by mouse.
    await expect(first.page.getByText(footer.noShift)).toBeVisible();
    await first.list.focus();
    await first.press('g', 'w');
    const begin = first.page.getByRole('form', { name: text.begin.title });
    await begin.getByRole('button', { name: text.begin.submit }).click();
    await expect(first.page.getByRole('list', { name: text.onShift })).toContainText(name);
    await expect(first.page.getByRole('contentinfo')).toContainText(name);
    await looks[0].at('a shift');
    await first.page.getByRole('link', { name: footer.handOver }).click();
    const opening = first.page.getByRole('dialog', { name: text.handover.title(name) });
    await opening.getByLabel(text.handover.notes).fill('The coast road is closed until noon.');
    await looks[0].at('opening a hand-over');
    await opening.getByRole('button', { name: text.handover.submit }).click();
    const mineNow = first.page.getByRole('dialog', { name: text.handover.title(name) });
    await expect(mineNow).toContainText(text.handover.outgoing);

    // A case comes meanwhile, and nobody has it.
    const untaken = (await late?.tap())?.case.id ?? '';
    const lateReference = (await muster.operator.detail(untaken)).case.reference;
    await second.go('watch');
    await second.page.getByRole('button', { name: text.handover.showOf(name) }).click();
    const dialog = second.page.getByRole('dialog', { name: text.handover.title(name) });
    await expect(dialog).toContainText('The coast road is closed until noon.');
    await expect(dialog.getByText(text.handover.forbids(1))).toBeVisible();
    const row = (of: string) => dialog.locator(`[data-item="${of}"]`);
    await expect(row(lateReference)).toContainText(text.handover.untaken);
    await expect(row(lateReference)).toContainText(text.handover.late);
    const sign = dialog.getByRole('button', { name: text.handover.sign });
    await expect(sign).toBeDisabled();
    await looks[1].at('a hand-over that an untaken alarm forbids');
    await dialog.getByRole('button', { name: text.handover.acceptOf(reference) }).click();
    await expect(row(reference)).toContainText(text.handover.acceptedBy(other));
    await expect.poll(async () => (await muster.operator.detail(mine)).case.owner?.name).toBe(other);
    await expect(sign).toBeDisabled();

    // Once it is taken it can be accepted, and then the shift is theirs.
    const relief = await muster.signedIn(1);
    await relief.act(untaken, 'claim');
    await dialog.getByRole('button', { name: text.handover.acceptOf(lateReference) }).click();
    await expect(dialog.getByText(text.handover.ready)).toBeVisible();
    await looks[1].at('a hand-over that can be signed');
    await sign.click();
    await expect(dialog).toBeHidden();
    await expect(second.page.getByRole('contentinfo')).toContainText(other);
    const log = second.page.getByRole('region', { name: text.log.title });
    await expect(log.locator('[data-kind=handed_over]')).toContainText(text.kind.handed_over(name));

    // The log takes an entry, and a correction that names it; none is changed.
    const entry = log.getByRole('form', { name: text.log.add });
    await entry.getByLabel(text.log.text).fill('Radio check at six.');
    await entry.getByRole('button', { name: text.log.submit }).click();
    await expect(log.locator('[data-kind=note]')).toHaveCount(1);
    await log.locator('[data-kind=note]').getByRole('button').click();
    await log.getByLabel(text.log.text).fill('It was at seven.');
    await log.getByRole('button', { name: text.log.submit }).click();
    await expect(log.locator('[data-kind=note]')).toHaveCount(2);
    await expect(log.locator('[data-kind=note]').first()).toContainText('It was at seven.');
    await looks[1].at('the shift log');
  });

  test(`an entry is put on the duty roster of an office and ended, and gaps are named, in ${language}`, async ({ install }) => {
    test.slow();
    const admin = await install.administrator();
    const kenya = await enterKenya(admin);
    const officer = await enterPerson(admin, kenya, { name: 'Achieng Otieno' });
    const grant = { person: officer.id, role: 'field_security_officer', area: 'office', area_id: kenya.office };
    await admin.operator.post('/v1/grants', grant);
    const desk = await install.desk(admin, { language });
    const { page } = desk;
    const { watch: words, roles } = AREAS[language];
    const text = words.roster;
    const looks = new Looks(page, language, 'console');
    await desk.go(`watch/roster?area=${encodeURIComponent(`office ${kenya.office}`)}`);
    await expect(page.getByText(text.empty)).toBeVisible();
    const form = page.getByRole('form', { name: text.add });
    await form.getByLabel(text.role).selectOption('field_security_officer');
    await desk.pick(form.getByLabel(text.person), officer.name);
    await form.getByLabel(text.start, { exact: true }).fill('18:00');
    await form.getByLabel(text.end, { exact: true }).fill('06:00');
    await form.getByLabel(text.first).fill('2020-01-06');
    await form.getByRole('button', { name: text.addSubmit }).click();
    const week = page.getByRole('region', { name: roles.role.field_security_officer });
    await expect(week.locator('tbody tr')).toHaveCount(7);
    await expect(week.locator('tbody tr').first()).toContainText(officer.name);
    await expect(week.locator('tbody tr').first()).toContainText(text.gap);
    await expect(week.locator('tbody tr').first()).toContainText('06:00–18:00');
    await expect(page.getByText('Africa/Nairobi').first()).toBeVisible();
    await looks.at('a duty roster', 'nobody');
    const path = `/v1/roster?area=office&area_id=${kenya.office}`;
    expect((await admin.operator.get<Wire['Roster']>(path)).entries).toMatchObject([{ duty: { from: '18:00', until: '06:00' } }]);
    await page.getByRole('button', { name: text.stopOf(officer.name) }).click();
    const dialog = page.getByRole('dialog', { name: text.stopTitle(officer.name) });
    await dialog.getByRole('button', { name: text.stop, exact: true }).click();
    await expect(page.getByText(text.empty)).toBeVisible();
    await page.getByLabel(text.past).check();
    await expect(page.getByRole('region', { name: text.entries })).toContainText(text.ended);
  });
}

test('a watch that is left alone is a red line on every console, also in a country office, until a shift begins', async ({ muster }) => {
  const [desk, office] = [await muster.console(), await muster.console()];
  await desk.start(muster.login(0));
  await office.start(muster.login(2));
  const { watch: text } = AREAS.en;
  const line = (of: typeof desk) => of.page.locator('[data-banner=trouble-unmanned]');
  await desk.go('watch');
  const begin = desk.page.getByRole('form', { name: text.begin.title }).getByRole('button', { name: text.begin.submit });
  await begin.click();
  await desk.page.getByRole('button', { name: text.end.open }).click();
  const dialog = desk.page.getByRole('dialog', { name: text.end.title });
  await dialog.getByLabel(text.end.reason).fill('The relief is ill.');
  await dialog.getByRole('button', { name: text.end.submit }).click();
  for (const one of [desk, office]) await expect(line(one)).toHaveText(one.words.banner.trouble.unmanned);
  await expect(desk.page.locator('[data-unmanned=left_alone]')).toBeVisible();
  await new Looks(desk.page, 'en', 'console').at('an unmanned watch');
  await begin.click();
  for (const one of [desk, office]) await expect(line(one)).toHaveCount(0);
});
