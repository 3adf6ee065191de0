import type { APIRequestContext } from '@playwright/test';
import type { Wire } from '../../../web/api/types';
import { AREAS } from '../fixtures/area_words';
import { enterKenya, enterPerson, FIRST, type Administrator, type Install } from '../fixtures/install';
import { Looks } from '../fixtures/looks';
import { expect, test } from '../fixtures/test';

/** What the server answers once a password was given too long ago. */
const STALE = { type: '/errors#step_up_required', status: 403, code: 'step_up_required', title: 'Prove again who you are', detail: 'Give your password again.' };

async function tokensOf({ operator }: Administrator): Promise<Wire['ServiceToken'][]> {
  return (await operator.get<Wire['ServiceTokens']>('/v1/tokens')).tokens;
}

/** Asks for a directory's first page of people, as the directory does. */
async function directory(request: APIRequestContext, install: Install, secret: string): Promise<number> {
  const answer = await request.get(`${install.base}/scim/v2/Users`, { headers: { Authorization: `Bearer ${secret}` } });
  return answer.status();
}

for (const language of ['en', 'ar'] as const) {
  test(`a token is issued once, works, and is ended, with keys alone where a hand is on them, in ${language}`, async ({ install, request }) => {
    test.slow();
    const admin = await install.administrator();
    await enterKenya(admin);
    const desk = await install.desk(admin, { language });
    const { page, words } = desk;
    const { tokens: text } = AREAS[language];
    const looks = new Looks(page, language, 'console');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await expect(page.getByRole('link', { name: words.areas.name.tokens })).toBeVisible();
    await desk.press('g', 't');
    await expect(page.getByRole('heading', { name: text.title, level: 2 })).toBeVisible();
    await expect(page.getByText(text.none)).toBeVisible();
    await looks.at('no tokens', 'nobody');

    const form = page.getByRole('form', { name: text.issue.title });
    await form.getByLabel(text.issue.name).fill('Entra ID');
    await form.getByLabel(text.issue.days).fill('366');
    await page.keyboard.press('Enter');
    await expect(form.getByText(text.issue.number)).toBeVisible();
    await expect(form.getByLabel(text.issue.days)).toBeFocused();
    expect(await tokensOf(admin)).toEqual([]);
    await form.getByLabel(text.issue.days).fill('14');
    await page.keyboard.press('Enter');

    const heading = page.getByRole('heading', { name: text.issued.title('Entra ID') });
    await expect(heading).toBeFocused();
    const issued = page.getByRole('region', { name: text.issued.title('Entra ID') });
    const secret = await issued.locator('code').first().innerText();
    expect(secret).toMatch(/^muster-scim_[\w-]{43}$/);
    await expect(issued).toContainText(`${install.server.origin}/scim/v2`);
    await looks.expectLeftToRight(secret);
    await looks.at('a token that was issued', 'nobody');
    await issued.getByRole('button', { name: text.issued.copySecret }).click();
    await expect(page.getByText(words.copied)).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    expect(await tokensOf(admin)).toMatchObject([{ name: 'Entra ID', purpose: 'scim' }]);
    expect(await directory(request, install, secret)).toBe(200);
    expect(page.url()).not.toContain('muster-scim_');

    // An alarm may call the person away: the secret stays until they say that they are done, and then it is gone.
    await desk.go('account');
    await desk.go('tokens');
    await expect(issued).toContainText(secret);
    await issued.getByRole('button', { name: text.issued.forget }).press('Enter');
    await expect(issued).toBeHidden();
    await desk.expectFocusVisible();
    await page.reload();
    const list = page.getByRole('group', { name: text.list });
    const row = list.getByRole('row').filter({ hasText: 'Entra ID' });
    await expect(row).toContainText(FIRST.organisation);
    await expect(row).toContainText(text.purpose['scim'] ?? '');
    await expect(row).toContainText(text.soon(13));
    await expect(row).not.toContainText(text.never);
    expect(await page.content()).not.toContain(secret);
    await looks.at('tokens', 'nobody');

    await row.getByRole('button', { name: text.end.of('Entra ID') }).click();
    const ending = page.getByRole('dialog', { name: text.end.title('Entra ID') });
    await looks.at('ending a token', 'nobody');
    await ending.getByLabel(text.end.reason).fill('Entra ID was replaced.');
    await ending.getByRole('button', { name: text.end.submit }).click();
    await expect(page.getByText(text.end.done)).toBeVisible();
    await expect(page.getByText(text.none)).toBeVisible();
    await page.getByLabel(text.past).check();
    await expect(row).toContainText(text.ended);
    await expect(row.getByRole('button')).toHaveCount(0);
    await looks.at('tokens that are over', 'nobody');
    expect(await directory(request, install, secret)).toBe(401);
  });
}

test('a token asks for the password again, is issued once, and a directory is let note more people as having left', async ({ install }) => {
  const admin = await install.administrator();
  await enterKenya(admin);
  const desk = await install.desk(admin);
  const { page, words } = desk;
  const { tokens: text } = AREAS.en;
  const keys: string[] = [];
  await page.route('**/v1/tokens', (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    keys.push(route.request().headers()['idempotency-key'] ?? '');
    if (keys.length > 1) return route.fallback();
    return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(STALE) });
  });
  await desk.go('tokens');
  const form = page.getByRole('form', { name: text.issue.title });
  await form.getByLabel(text.issue.name).fill('Okta');
  await form.getByRole('button', { name: text.issue.submit }).click();
  const dialog = page.getByRole('dialog', { name: words.stepUp.title });
  await dialog.getByLabel(words.stepUp.password).fill(FIRST.password);
  await dialog.getByLabel(words.signIn.code).fill(admin.codes.code());
  await dialog.getByRole('button', { name: words.stepUp.submit }).click();
  await expect(page.getByRole('heading', { name: text.issued.title('Okta') })).toBeVisible();
  expect(new Set(keys).size).toBe(1);
  expect(await tokensOf(admin)).toHaveLength(1);

  await page.getByRole('button', { name: text.raise.of('Okta') }).click();
  const raising = page.getByRole('dialog', { name: text.raise.title('Okta') });
  await raising.getByLabel(text.raise.people).fill('a few');
  await raising.getByLabel(text.end.reason).fill('The programme in the north has ended.');
  await raising.getByRole('button', { name: text.raise.submit }).click();
  await expect(raising.getByText(text.raise.number)).toBeVisible();
  await new Looks(page, 'en', 'console').at('more people may leave', 'nobody');
  await raising.getByLabel(text.raise.people).fill('120');
  await raising.getByRole('button', { name: text.raise.submit }).click();
  await expect(page.getByText(text.raise.done)).toBeVisible();
  expect(await tokensOf(admin)).toMatchObject([{ departures: 120 }]);
  await expect(page.getByRole('group', { name: text.list })).toContainText(text.raised('120', '').split(',')[0] ?? '');
});

test('the next person at a console does not see the secret, and who may not issue tokens sees no page for it', async ({ install }) => {
  const admin = await install.administrator();
  const kenya = await enterKenya(admin);
  const steward = await enterPerson(admin, kenya, { name: 'Achieng Otieno', email: 'achieng@example.org' });
  const colleague = await install.colleague(admin, steward, { role: 'list_steward', area: 'office', area_id: kenya.office });
  const desk = await install.desk(admin);
  const { page, words } = desk;
  const { tokens: text } = AREAS.en;
  await desk.go('tokens');
  await page.getByRole('form', { name: text.issue.title }).getByLabel(text.issue.name).fill('Okta');
  await page.keyboard.press('Enter');
  await expect(page.getByText('muster-scim_')).toBeVisible();
  await page.getByRole('button', { name: words.header.signOut }).click();
  const sure = page.getByRole('dialog', { name: words.header.signOut });
  await expect(sure).toContainText(text.issued.lost);
  await sure.getByRole('button', { name: words.header.signOut }).click();
  await desk.signIn(steward);
  await desk.giveCode(colleague.codes);
  await expect(page.getByRole('button', { name: words.header.signOut })).toBeVisible();
  await expect(page.getByRole('link', { name: words.areas.name.tokens })).toHaveCount(0);
  await desk.go('tokens');
  await expect(page.getByText(words.areas.notYours)).toBeVisible();
  await expect(page.getByText('muster-scim_')).toHaveCount(0);
});
