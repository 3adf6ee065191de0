import { expect, test } from '../fixtures/test';
import { pattern } from '../fixtures/words';

test('an alarm for a colleague names them, and the position stays the reporter’s', async ({ muster }) => {
  const phone = await muster.enrolledPhone(2, { at: { latitude: -18.02, longitude: 85.03, accuracy: 12 } });
  const { page, words } = phone;
  const desk = await muster.console();
  await desk.start(muster.login(0));
  await phone.go('colleague');
  await page.getByLabel(words.colleague.name).fill('Amina at the market');
  await phone.hold();
  await expect(phone.stage).toContainText(pattern(words.stage.forColleague, { name: 'Amina at the market' }));
  await expect(page.getByText(words.position.ofReporter)).toBeVisible();

  await desk.openCase('Amina at the market');
  await expect(desk.detail).toContainText(desk.words.terms.raisedBy.colleague);
  await expect(desk.detail).toContainText(muster.phoneLink(2).name);
  await expect(desk.detail).toContainText(desk.words.detail.reporterPosition);
});

test('an alarm for a colleague whom nobody has named goes at once and is not the reporter’s own', async ({ muster }) => {
  const phone = await muster.enrolledPhone(2);
  const { words } = phone;
  await phone.go('colleague');
  await expect(phone.button).toBeInViewport({ ratio: 1 });
  await phone.hold();
  await phone.expectStage(words.stage.stored);
  await expect(phone.stage).toContainText(words.stage.forUnnamed);
  await expect(phone.page.getByText(words.position.ofReporter)).toBeVisible();
  expect(await muster.operator.casesOf('?'), 'what the server calls somebody unnamed').toMatchObject([{ raised_by: 'colleague', taps: 1 }]);
});

test('hiding reaches the console as DO NOT CALL and locks the call behind a second warning', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1);
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const { name } = muster.phoneLink(1);
  const { call, detail } = desk.words;
  await phone.hold();
  await phone.page.getByRole('button', { name: phone.words.hiding.press }).click();
  await expect(phone.page.getByText(phone.words.hiding.on)).toBeVisible();

  await expect(desk.row(name)).toContainText(detail.doNotCall);
  await desk.openCase(name);
  const [number = ''] = (await muster.operator.person(name)).phones.map(({ number }) => number);
  await expect(desk.detail).toContainText(detail.phonesHidden);
  await expect(desk.detail).not.toContainText(number);
  await desk.detail.getByRole('button', { name: detail.doNotCall }).click();
  await expect(desk.detail.getByRole('heading', { name: call.hidingTitle })).toBeVisible();
  await desk.detail.getByRole('button', { name: call.hidingOn }).click();
  const show = desk.detail.getByRole('button', { name: call.secondOn });
  await expect(show).toBeDisabled();
  await expect(desk.page.locator('a[href^="tel:"]')).toHaveCount(0);
  await desk.detail.getByLabel(call.secondTick).check();
  await show.click();
  await expect(desk.page.locator('a[href^="tel:"]')).not.toHaveCount(0);

  await phone.go('calls');
  await expect(phone.page.getByText(phone.words.calls.hidden)).toBeVisible();
  await expect(phone.page.locator('a[href^="tel:"]')).toHaveCount(0);
  const text = await phone.page.locator('a[href^="sms:"]').first().getAttribute('href');
  expect(decodeURIComponent(text ?? '')).toContain('HIDING, DO NOT CALL');
});

test('while nobody knows whether a call is safe, the console asks before it shows a number to ring', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const { name } = muster.phoneLink(1);
  const phone = await muster.barePhone(name);
  await phone.tap();
  const { call, act } = desk.words;
  await desk.openCase(name);
  await desk.detail.getByRole('button', { name: `${act.call} l`, exact: true }).click();
  await expect(desk.detail.getByRole('heading', { name: call.askTitle })).toBeVisible();
  await expect(desk.page.locator('a[href^="tel:"]')).toHaveCount(0);
  await desk.detail.getByRole('button', { name: call.safe }).click();
  await expect(desk.page.locator('a[href^="tel:"]')).not.toHaveCount(0);

  await phone.say({ can_talk: 'no' });
  await expect(desk.page.locator('a[href^="tel:"]')).toHaveCount(0);
  await expect(desk.detail.getByRole('heading', { name: call.hidingTitle })).toBeVisible();
});

test('what a person says and where they are reaches the console', async ({ muster }) => {
  const phone = await muster.enrolledPhone(1, { at: { latitude: -18.0212, longitude: 85.0345, accuracy: 12 } });
  const { page, words } = phone;
  const desk = await muster.console();
  await desk.start(muster.login(0));
  await phone.hold();
  await page.getByRole('button', { name: words.facts.dangers.attack }).click();
  await page.getByRole('button', { name: words.facts.injuries.serious }).click();
  await page.getByLabel(words.facts.people).fill('3');
  await page.getByLabel(words.facts.place).fill('Behind the blue gate');
  await page.getByRole('button', { name: words.facts.send }).click();
  await expect(page.locator('.mark:not(.waiting)').filter({ hasText: words.facts.kept })).toHaveCount(4);

  await desk.openCase(muster.phoneLink(1).name);
  const { terms } = desk.words;
  for (const said of [terms.danger.attack, terms.injury.serious, 'Behind the blue gate', '-18.02120, 85.03450']) {
    await expect(desk.detail).toContainText(said);
  }
  await expect(desk.detail).toContainText(desk.words.detail.accuracy('12'));
});
