import type { Wire } from '../../../web/api/types';
import { AREAS } from '../fixtures/area_words';
import type { ConsolePage } from '../fixtures/console';
import { enterKenya } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
import { COLUMN, ON_LIST, staffList, withColumn } from '../fixtures/staff_list';
import { expect, test } from '../fixtures/test';

const WRONG: Parameters<typeof staffList>[0] = {
  7: [COLUMN.mobile, 'ask him'],
  12: [COLUMN.email, 'achieng.mwangi@example.org'],
  20: [COLUMN.kind, 'Gardener'],
  33: [COLUMN.name, '=HYPERLINK("http://x")'],
};

/** Sends a file and names its columns as they are proposed; ends with the dry run on the screen. */
async function dryRun(desk: ConsolePage, file: ReturnType<typeof staffList>): Promise<void> {
  const { upload, mapping, state } = AREAS[desk.language].imports;
  const { page } = desk;
  await desk.go('imports');
  await page.getByLabel(upload.file, { exact: true }).setInputFiles(file);
  await page.getByRole('button', { name: upload.submit }).click();
  await page.getByRole('button', { name: mapping.submit }).click();
  await expect(page.getByText(state.checked)).toBeVisible();
}

for (const language of ['en', 'ar'] as const) {
  test(`a list with mistakes: each by row and column, the good rows are entered, who is reachable, undone, in ${language}`, async ({ install }) => {
    test.slow();
    const admin = await install.administrator();
    await enterKenya(admin);
    const desk = await install.desk(admin, { language });
    const { page } = desk;
    const { imports: text, reach } = AREAS[language];
    const looks = new Looks(page, language, 'console');
    await desk.go('imports');
    await page.getByRole('button', { name: text.upload.submit }).click();
    await expect(page.getByText(text.upload.none)).toBeVisible();
    await looks.at('no file chosen', 'nobody');
    await page.getByLabel(text.upload.file, { exact: true }).setInputFiles(staffList(WRONG));
    await page.getByRole('button', { name: text.upload.submit }).click();
    await expect(page.getByLabel(text.mapping.holdsOf('B', 'Full name'))).toHaveValue('name');
    await expect(page.getByLabel(text.mapping.holdsOf('D', 'Mobile phone'))).toHaveValue('mobile');
    await looks.at('columns', 'nobody');
    await page.getByRole('button', { name: text.mapping.submit }).click();

    const problems = page.getByRole('region', { name: text.problems.title });
    const of = (row: number) => problems.getByRole('row').filter({ has: page.getByRole('cell', { name: Intl.NumberFormat(language).format(row), exact: true }) }).first();
    await page.getByText(text.causes.rowByRow).click();
    await expect(of(8)).toContainText('Mobile phone');
    await expect(of(8)).toContainText('ask him');
    await expect(of(13)).toContainText(text.problems.level.error);
    await expect(of(21)).toContainText('Gardener');
    await expect(of(34)).toContainText(text.problems.level.warning);
    await looks.at('dry run', 'nobody');
    expect(await admin.operator.people('Otieno')).toEqual([]);

    // Rows with errors are left out knowingly, or not at all.
    await page.getByRole('button', { name: text.apply.submit }).click();
    await expect(page.getByText(text.state.checked)).toBeVisible();
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: text.apply.submit }).click();
    await expect(page.getByRole('heading', { name: reach.title })).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole('region', { name: reach.title }).getByRole('row').filter({ hasText: 'Kenya office' })).toBeVisible();
    await looks.at('applied', 'nobody');
    const entered = await page.evaluate(() => location.hash.split('/')[2] ?? '');
    const { figures } = await admin.operator.get<Wire['Import']>(`/v1/imports/${entered}`);
    expect(figures.bad_rows).toBeGreaterThan(2);
    expect(figures.new).toBe(ON_LIST - figures.bad_rows);
    const kenya = async (): Promise<number> => {
      const { offices } = await admin.operator.get<Wire['Reachability']>('/v1/reachability');
      return offices.find(({ name }) => name === 'Kenya office')?.people ?? 0;
    };
    expect(await kenya()).toBe(figures.new);

    await page.getByRole('button', { name: text.undo.submit }).click();
    await expect(page.getByText(text.state.undone, { exact: true }).first()).toBeVisible({ timeout: 20_000 });
    await looks.at('undone', 'nobody');
    expect(await kenya()).toBe(0);
  });
}

test('a list that would make too many leave is applied only after their number was typed', async ({ install }) => {
  const admin = await install.administrator();
  await enterKenya(admin);
  const desk = await install.desk(admin);
  const { page } = desk;
  const { imports: text } = AREAS.en;
  const apply = page.getByRole('button', { name: text.apply.submit });
  await dryRun(desk, staffList());
  await apply.click();
  await expect(page.getByText(text.state.applied, { exact: true })).toBeVisible({ timeout: 20_000 });

  const all = staffList();
  const shorter = Buffer.from(all.buffer.toString().split('\r\n').slice(0, 41).join('\r\n'));
  await dryRun(desk, { ...all, buffer: shorter });
  const typed = page.getByLabel(text.apply.guardLabel);
  await typed.fill('3');
  await apply.click();
  await expect(page.getByText(text.apply.guardOther)).toBeVisible();
  await typed.fill('10');
  await apply.click();
  await expect(page.getByText(text.state.applied, { exact: true })).toBeVisible({ timeout: 20_000 });
  await page.getByRole('button', { name: new RegExp(`^${text.diff.action.leaving} `) }).click();
  await expect(page.getByRole('region', { name: text.diff.action.leaving }).getByRole('row')).toHaveCount(11);
});

test('what a list calls something in its own way is explained on the page, and remembered', async ({ install }) => {
  const admin = await install.administrator();
  await enterKenya(admin);
  const desk = await install.desk(admin, { language: 'en' });
  const { page } = desk;
  const { mapping, upload, state, problems } = AREAS.en.imports;
  const send = async (): Promise<void> => {
    await desk.go('imports');
    await page.getByLabel(upload.file, { exact: true }).setInputFiles(staffList({ 20: [COLUMN.kind, 'Gardener'] }));
    await page.getByRole('button', { name: upload.submit }).click();
  };
  const word = page.locator('[data-own-word]');
  await send();
  await page.getByRole('button', { name: mapping.addWord }).click();
  await word.getByLabel(mapping.wordField).selectOption('kind');
  await word.getByLabel(mapping.wordCell).fill('Gardener');
  await word.getByLabel(mapping.wordMeans).fill('National staff');
  await new Looks(page, 'en', 'console').at('own words', 'nobody');
  await page.getByLabel(mapping.remember).fill('Personnel office');
  await page.getByRole('button', { name: mapping.submit }).click();
  await expect(page.getByText(state.checked)).toBeVisible();
  await expect(page.getByText(problems.none)).toBeVisible();

  await send();
  await expect(word.getByLabel(mapping.wordCell)).toHaveValue('Gardener');
  await expect(word.getByLabel(mapping.wordMeans)).toHaveValue('National staff');
});

for (const language of ['en', 'ar'] as const) {
  test(`an office that nobody knows is one cause of fifty rows, and is explained where it is told, in ${language}`, async ({ install }) => {
    test.slow();
    const admin = await install.administrator();
    await enterKenya(admin);
    const desk = await install.desk(admin, { language });
    const { page } = desk;
    const { apply, causes: text, mapping } = AREAS[language].imports;
    // Numbers as they are dialled there: which country that is follows from the office alone.
    const list = withColumn(staffList(), 'Country office', 'Kabul 2');
    await dryRun(desk, { ...list, buffer: Buffer.from(list.buffer.toString().replaceAll('+254700', '0700').replaceAll(';Nairobi;', ';;')) });
    await expect(page.locator('[data-headline]')).toContainText(apply.allBad(ON_LIST));
    await expect(page.getByText(apply.nothing)).toBeHidden();
    const cause = page.locator('[data-cause]');
    await expect(cause).toHaveCount(1);
    await expect(cause).toContainText(text.unknown.office('Kabul 2'));
    await expect(cause).toContainText(text.rows(ON_LIST));
    await expect(cause.getByRole('link', { name: text.toPlaces })).toBeVisible();
    await new Looks(page, language, 'console').at('one cause of many rows', 'nobody');
    await page.getByText(text.rowByRow).click();
    await expect(page.locator('[data-row-by-row]').getByRole('row')).toHaveCount(ON_LIST + 1);

    await page.getByRole('button', { name: text.explain('Kabul 2') }).click();
    const means = page.locator('[data-own-word]').getByLabel(mapping.wordMeans);
    await expect(means).toBeFocused();
    await means.fill('Kenya office');
    await page.getByLabel(mapping.remember).fill('Personnel');
    // Whoever looks at the places comes back to what they had typed.
    const at = await page.evaluate(() => location.hash.slice(2));
    await desk.go('places');
    await desk.go(at);
    await page.getByRole('button', { name: mapping.again }).click();
    await expect(means).toHaveValue('Kenya office');
    await expect(page.getByLabel(mapping.remember)).toHaveValue('Personnel');
    await page.getByRole('button', { name: mapping.submit }).click();
    const compared = async (): Promise<(string | number)[]> => {
      const { state: now, figures } = await admin.operator.get<Wire['Import']>(`/v1/${at}`);
      return [now, figures.bad_rows, figures.new];
    };
    await expect.poll(compared).toEqual(['checked', 0, ON_LIST]);
    await expect(page.getByRole('button', { name: apply.submit })).toBeVisible();
    await expect(page.locator('[data-headline]')).toHaveCount(0);
    await expect(page.locator('[data-cause=error]')).toHaveCount(0);
  });
}

test('a column that the remembered ones lack is shown as new, and somebody must say what becomes of it', async ({ install }) => {
  test.slow();
  const admin = await install.administrator();
  await enterKenya(admin);
  const desk = await install.desk(admin);
  const { page } = desk;
  const { mapping, upload, state } = AREAS.en.imports;
  const send = async (file: ReturnType<typeof staffList>): Promise<void> => {
    await desk.go('imports');
    await page.getByLabel(upload.file, { exact: true }).setInputFiles(file);
    await page.getByRole('button', { name: upload.submit }).click();
    await expect(page.getByRole('button', { name: mapping.submit })).toBeVisible();
  };
  await send(staffList());
  await page.getByLabel(mapping.remember).fill('Personnel office');
  await page.getByRole('button', { name: mapping.submit }).click();
  await expect(page.getByText(state.checked)).toBeVisible();

  const longer = withColumn(withColumn(staffList(), 'Shoe size', '41'), 'Time zone', 'Africa/Nairobi');
  await send(longer);
  await expect(page.locator('[data-new-columns]')).toHaveText(mapping.newColumns(2));
  const shoes = page.getByLabel(mapping.holdsOf('I', 'Shoe size'));
  const zone = page.getByLabel(mapping.holdsOf('J', 'Time zone'));
  await expect(page.getByText(mapping.looksLike(AREAS.en.imports.field.time_zone))).toBeVisible();
  await page.getByRole('button', { name: mapping.submit }).click();
  await expect(page.getByRole('alert').filter({ hasText: mapping.undecided('I, J') })).toBeVisible();
  await new Looks(page, 'en', 'console').at('new columns', 'nobody');
  await shoes.selectOption('');
  await zone.selectOption('time_zone');
  await expect(page.locator('[data-new-columns]')).toHaveCount(0);
  await expect(page.getByLabel(mapping.remember)).toHaveValue('Personnel office');
  await page.getByRole('button', { name: mapping.submit }).click();
  await expect(page.getByText(state.checked)).toBeVisible();

  // What was decided is remembered: the next file is read without a question.
  await send(longer);
  await expect(page.locator('[data-new]')).toHaveCount(0);
  await expect(zone).toHaveValue('time_zone');
  await expect(shoes).toHaveValue('');
});
