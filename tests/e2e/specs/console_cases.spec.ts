import { expect, test } from '../fixtures/test';

test('of two operators who take a case at the same moment one has it, and the other reads whose it is', async ({ muster }) => {
  const desks = [await muster.console(), await muster.console()] as const;
  await desks[0].start(muster.login(0));
  await desks[1].start(muster.login(1));
  const [phone] = await muster.barePhones(1);
  const stored = await phone?.tap();
  let pressed = 0;
  let both: () => void = () => undefined;
  const bothPressed = new Promise<void>((done) => (both = done));
  for (const desk of desks) {
    await desk.page.route('**/claim', async (route) => {
      pressed += 1;
      if (pressed === 2) both();
      await bothPressed;
      await route.continue();
    });
    await expect(desk.rows).toHaveCount(1);
  }
  for (const desk of desks) await desk.press('j', 'c');

  await expect.poll(async () => (await muster.operator.detail(stored?.case.id ?? '')).case.owner?.name).toBeTruthy();
  const { owner } = (await muster.operator.detail(stored?.case.id ?? '')).case;
  const first = owner?.name === muster.login(0).name;
  const [winner, loser] = first ? desks : [desks[1], desks[0]];
  await expect(winner.detail).toContainText(winner.words.detail.ownerYou(owner?.name ?? ''));
  await expect(loser.page.getByRole('alert')).toContainText(loser.words.act.alreadyTaken(owner?.name ?? ''));
  await expect(loser.row(phone?.name ?? '')).toContainText(owner?.name ?? '');
  const claims = (await muster.operator.detail(stored?.case.id ?? '')).timeline.filter(({ change }) => change.what === 'claimed');
  expect(claims).toHaveLength(1);
});

test('a case is taken over with a reason that its timeline keeps', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  const stored = await phone?.tap();
  const second = await muster.signedIn(1);
  await second.act(stored?.case.id ?? '', 'claim');
  const { act, terms, changes } = desk.words;
  await expect(desk.row(phone?.name ?? '')).toContainText(second.name);
  await desk.press('j', 'c');
  const reason = desk.page.getByRole('button', { name: terms.takeoverReason.owner_silent });
  await expect(desk.page.getByRole('group', { name: act.takeOverFrom(second.name) })).toBeVisible();
  await desk.expectFocusVisible();
  await reason.press('Enter');
  await expect(desk.detail).toContainText(desk.words.detail.ownerYou(muster.login(0).name));
  await expect(desk.timeline.first()).toContainText(changes.taken_over(second.name, terms.takeoverReason.owner_silent));
});

test('c takes the only case that nobody has taken, with nothing selected; of two it takes none', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const [one, two] = await muster.barePhones(2);
  await one?.tap();
  await two?.tap();
  await expect(desk.rows).toHaveCount(2);
  await desk.press('c');
  await expect(desk.detail).toHaveCount(0);
  const second = await muster.signedIn(1);
  await second.act((await two?.tap())?.case.id ?? '', 'claim');
  await expect(desk.row(two?.name ?? '')).toContainText(second.name);
  await desk.press('c');
  await expect(desk.detail).toContainText(desk.words.detail.ownerYou(muster.login(0).name));
  await expect(desk.detail.getByRole('heading', { name: one?.name ?? '', level: 2 })).toBeVisible();
});

test('a new case by keyboard: a person of the register', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const { name } = muster.phoneLink(3);
  const { newCase, terms } = desk.words;
  await desk.press('Shift+N');
  const dialog = desk.page.getByRole('dialog', { name: newCase.title });
  await expect(dialog.getByLabel(newCase.who)).toBeFocused();
  await desk.page.keyboard.type(name);
  await expect(dialog.getByRole('option').filter({ hasText: name })).toBeVisible();
  await desk.press('ArrowDown', 'Enter');
  await expect(dialog.getByText(newCase.inRegister)).toContainText(name);
  await desk.press('Tab', 'ArrowDown');
  await expect(dialog.getByRole('radio', { name: terms.contactChannel.radio })).toBeChecked();
  await desk.press('Tab');
  await expect(dialog.getByLabel(newCase.place)).toBeFocused();
  await desk.page.keyboard.type('At the north bridge');
  await desk.press('Enter');

  await expect(dialog).toBeHidden();
  await expect(desk.detail.getByRole('heading', { name, level: 2 })).toBeFocused();
  await expect(desk.detail).toContainText('At the north bridge');
  await expect(desk.detail).toContainText(terms.raisedBy.operator);
  await desk.expectHeard('alarm');
  expect(await muster.operator.casesOf(name)).toMatchObject([{ raised_by: 'operator', intake: 'radio' }]);
});

test('a new case by keyboard: an unknown caller with a number, who hides', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const { newCase, detail } = desk.words;
  await desk.press('Shift+N');
  const dialog = desk.page.getByRole('dialog', { name: newCase.title });
  await expect(dialog.getByText(newCase.notInRegister(newCase.unknownCaller))).toBeVisible();
  await desk.press('Tab', 'Tab');
  await expect(dialog.getByLabel(newCase.number)).toBeFocused();
  await desk.page.keyboard.type('+999 555 0100');
  await desk.press('Tab');
  await desk.page.keyboard.type('A cellar by the port');
  await desk.press('Tab', 'ArrowDown', 'ArrowDown', 'Enter');

  await expect(dialog).toBeHidden();
  await expect(desk.detail.getByRole('heading', { name: newCase.unknownCaller, level: 2 })).toBeFocused();
  await expect(desk.detail).toContainText(detail.doNotCall);
  await expect(desk.detail).toContainText(detail.phonesHidden);
  const [only] = await muster.operator.casesOf(newCase.unknownCaller);
  expect(only?.subject.id ?? null).toBeNull();
  const { phones } = await muster.operator.detail(only?.id ?? '');
  expect(phones.map(({ number }) => number.replaceAll(' ', ''))).toEqual(['+9995550100']);
});

test('a form opened at once after the highlight moved stays open, and what is typed goes into it', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const phones = await muster.barePhones(2);
  for (const phone of phones) await phone.tap();
  await expect(desk.rows).toHaveCount(2);
  // A quick typist: 60 ms from key to key.
  await desk.page.keyboard.type('j\njnA note typed without waiting.', { delay: 60 });
  await expect(desk.form(desk.words.act.note).getByLabel(desk.words.form.note)).toHaveValue('A note typed without waiting.');
});

test('the answer to taking a case leaves the focus in the note that is typed meanwhile', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  await phone?.tap();
  let answer: () => void = () => undefined;
  const typed = new Promise<void>((done) => (answer = done));
  await desk.page.route('**/claim', async (route) => {
    const response = await route.fetch();
    await typed;
    await route.fulfill({ response });
  });
  await expect(desk.rows).toHaveCount(1);
  await desk.press('j', 'c');
  await expect(desk.detail).toContainText(desk.words.detail.ownerYou(muster.login(0).name));
  await desk.press('n');
  const note = desk.form(desk.words.act.note).getByLabel(desk.words.form.note);
  await expect(note).toBeFocused();
  await desk.page.keyboard.type('One half, ');
  answer();
  await expect(desk.page.getByRole('status').filter({ hasText: desk.words.act.taken })).toBeVisible();
  await expect(note).toBeFocused();
  await desk.page.keyboard.type('the other half.');
  await expect(note).toHaveValue('One half, the other half.');
});

test('the highlight stays on its row when the list changes around it, and who has waited longest is on top', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const [first, second, third] = await muster.barePhones(3);
  const stored = await first?.tap();
  await second?.tap();
  await expect(desk.rows).toHaveCount(2);
  await desk.press('j', 'j');
  await expect(desk.row(second?.name ?? '')).toHaveAttribute('aria-selected', 'true');
  await third?.tap();
  await expect(desk.rows.locator('.row-name')).toHaveText([first?.name ?? '', second?.name ?? '', third?.name ?? '']);
  await (await muster.signedIn(1)).act(stored?.case.id ?? '', 'claim');
  await expect(desk.rows.locator('.row-name')).toHaveText([second?.name ?? '', third?.name ?? '', first?.name ?? '']);
  await expect(desk.list).toBeFocused();
  await expect(desk.row(second?.name ?? '')).toHaveAttribute('aria-selected', 'true');
});

test('an alarm that a filter or another page hides is said in red', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const { queue, banner } = desk.words;
  await desk.press('/');
  await desk.page.keyboard.type('somebody else');
  const [phone] = await muster.barePhones(1);
  await phone?.tap();
  await expect(desk.page.getByText(queue.hiddenByFilter(1))).toBeVisible();
  await expect(desk.rows).toHaveCount(0);
  await desk.page.getByRole('button', { name: queue.clearFilter }).click();
  await expect(desk.row(phone?.name ?? '')).toBeVisible();
  await desk.list.focus();
  await desk.press('g', 'e');
  const rings = desk.page.getByRole('alert').filter({ hasText: banner.rings(phone?.name ?? '', 0) });
  await rings.getByRole('button', { name: banner.toQueue }).click();
  await expect(desk.row(phone?.name ?? '')).toBeVisible();
});

test('a tap that comes while the close form is open is read before it closes anything', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(0));
  const [phone] = await muster.barePhones(1);
  await phone?.tap();
  await desk.openCase(phone?.name ?? '');
  await desk.take();
  await desk.press('x');
  const form = desk.form(desk.words.act.closeCase);
  await form.getByLabel(desk.words.terms.outcome.resolved).check();
  await form.getByLabel(desk.words.form.why).fill('Spoke to them.');
  await phone?.tap();
  await expect(form.getByText(desk.words.form.newTap)).toBeVisible();
  await desk.expectHeard('alarm');
  await expect(form.getByLabel(desk.words.form.why)).toHaveValue('Spoke to them.');
});

test('signing out gives taken cases back, after a question, and the next person sees nothing of them', async ({ muster }) => {
  const desk = await muster.console();
  await desk.start(muster.login(1));
  const [phone] = await muster.barePhones(1);
  const stored = await phone?.tap();
  await desk.openCase(phone?.name ?? '');
  await desk.take();
  const { header, signIn } = desk.words;
  await desk.page.getByRole('button', { name: header.signOut }).click();
  const dialog = desk.page.getByRole('dialog', { name: header.signOut });
  await expect(dialog).toContainText(header.signOutTaken(1));
  await dialog.getByRole('button', { name: header.signOut }).click();
  await expect(desk.page.getByRole('heading', { name: signIn.title })).toBeVisible();
  await expect(desk.page.locator('body')).not.toContainText(phone?.name ?? '');
  const now = async () => (await muster.operator.detail(stored?.case.id ?? '')).case;
  await expect.poll(now, { message: 'the case', timeout: 5_000 }).toMatchObject({ state: 'open', ringing: true });
  expect((await now()).owner ?? null).toBeNull();
});
