// Presses that come twice or are refused, answers that come late, and the same visitor in two tabs of the chat page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BASE_URL, atTheShop, hold, later, launch, says, visit, write } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const REPEAT_MS = 2_000; // so long a press is the same one, in the page as in the gateway

/** Another tab of a visitor. */
async function anotherTab(context, path) {
  const page = await context.newPage();
  await page.goto(new URL(path, BASE_URL).href);
  return page;
}

/** How often the visitor has said this, as a tab shows it. */
const told = (page, text) => page.locator('.me').filter({ hasText: text }).count();

/** Changes the next answer to a message on its way to the page. */
async function changeAnswer(page, change) {
  await page.route('**/messages', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: await change(await response.json()) });
  }, { times: 1 });
}

test('a press is the same one as long as its run goes on behind the answer', async () => {
  const { context, page, wrong } = await visit(browser);
  const stream = await hold(page, '**/events');
  const sent = [];
  page.on('request', (request) => request.url().endsWith('/messages') && sent.push(request.postDataJSON()));
  await page.clock.install();
  await page.goto(new URL('/#shop', BASE_URL).href);
  await write(page, 'hello');
  const button = page.getByRole('button', { name: 'Where is my order?' });
  await button.waitFor();
  await changeAnswer(page, (answer) => ({ ...answer, messages: [], open_items: undefined, pending: true }));
  await button.click();
  await page.waitForFunction(() => document.querySelectorAll('.me[data-status=sent]').length === 2);

  await page.clock.fastForward(REPEAT_MS + 100);
  await button.click();
  assert.equal(await told(page, 'Where is my order?'), 1, 'the bot is still at work');

  await stream.release();
  await says(page, 'What is your order number?');
  await page.clock.fastForward(REPEAT_MS + 100);
  const again = page.waitForResponse('**/messages'); // the run is over: this is another press
  await button.click();
  await again;
  assert.deepEqual(sent.map((body) => Boolean(body.payload)), [false, true, true]);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a press that another tab has made already leaves no second message', async () => {
  const { context, page, wrong } = await atTheShop(browser);
  const other = await anotherTab(context, '/#shop');
  await says(other, 'What would you like to do?');
  const tabs = [page, other];
  const presses = await Promise.all(tabs.map((tab) => hold(tab, '**/messages')));
  for (const tab of tabs) await tab.getByRole('button', { name: 'Where is my order?' }).click();
  await Promise.all(presses.map((press) => press.asked));
  const answers = tabs.map((tab) => tab.waitForResponse('**/messages').then((response) => response.json()));
  await Promise.all(presses.map((press) => press.release()));
  assert.deepEqual((await Promise.all(answers)).map((answer) => Boolean(answer.repeated)).sort(), [false, true]);
  for (const tab of tabs) await says(tab, 'What is your order number?');
  await page.keyboard.press('Escape'); // from the pressed button back to writing
  await write(page, '42');
  for (const tab of tabs) {
    await says(tab, 'Your order 42:');
    assert.equal(await told(tab, 'Where is my order?'), 1);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

test('another tab says the same: both messages are shown', async () => {
  const { context, page, wrong } = await atTheShop(browser);
  const other = await anotherTab(context, '/#shop');
  await says(other, 'What would you like to do?');
  const message = await hold(page, '**/messages');
  await write(page, 'order 42');
  await message.asked;
  await write(other, 'order 42');
  await says(page, 'Your order 42:');
  assert.equal(await told(page, 'order 42'), 2, 'the own one is still on its way');
  await message.release();
  for (const tab of [page, other]) {
    await says(tab, 'Your order 42:', 1);
    assert.equal(await told(tab, 'order 42'), 2);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

/** A visitor whom the clinic asks which doctor they would like to see. */
async function askedForDoctor() {
  const visitor = await visit(browser, { path: '/#clinic' });
  await write(visitor.page, 'hello');
  await says(visitor.page, 'How can we help?');
  await write(visitor.page, 'book');
  await says(visitor.page, 'Who would you like to see?');
  return visitor;
}

/** The buttons of this name that can be seen and pressed. */
const open = (page, name) => page.getByRole('button', { name, disabled: false });

test('an answer that is not the last word switches nothing off', async () => {
  const { context, page, wrong } = await askedForDoctor();
  await changeAnswer(page, (answer) => ({ ...answer, messages: [], open_items: undefined, pending: true }));
  await write(page, 'opening hours');
  await says(page, 'Who would you like to see?', 1);
  await page.waitForFunction(() => !document.querySelector('[data-status=pending]'));
  assert.equal(await open(page, 'Dr. Okafor').count(), 2, 'the question is asked again, and open in both places');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('quick replies that act again come back', async () => {
  const { context, page, wrong } = await askedForDoctor();
  await changeAnswer(page, (answer) => ({ ...answer, open_items: [] }));
  await write(page, 'opening hours');
  await open(page, 'Dr. Okafor').first().waitFor({ state: 'hidden' });
  await write(page, 'opening hours');
  await says(page, 'Who would you like to see?', 2);
  await page.waitForFunction(() => !document.querySelector('[data-status=pending]'));
  assert.equal(await open(page, 'Dr. Okafor').count(), 3, 'wherever it was asked');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('an answer that comes late closes nothing that has been asked since', async () => {
  const { context, page, wrong } = await askedForDoctor();
  const other = await anotherTab(context, '/#clinic');
  await says(other, 'Who would you like to see?');
  const answer = later();
  await changeAnswer(page, (late) => answer.promise.then(() => late));
  await write(page, 'opening hours');
  await says(page, 'We are here Monday to Friday');
  await write(other, 'rossi');
  await says(page, 'Which day suits you?');
  await open(page, 'Dr. Okafor').first().waitFor({ state: 'hidden' });
  answer.come();
  await page.waitForFunction(() => !document.querySelector('[data-status=pending]'));
  assert.equal(await open(page, 'Call me instead').count(), 1);
  assert.deepEqual(wrong, []);
  await context.close();
});

const PROBLEMS = [[409, 'id-taken'], [429, 'busy'], [503, 'unavailable']];

for (const [status, code] of PROBLEMS) {
  test(`a press that is refused with ${status} is not chosen, and can be made again`, async () => {
    const { context, page } = await atTheShop(browser);
    const body = JSON.stringify({ status, code, title: 'No', detail: 'Not now.' });
    await page.route('**/messages', (route) => route.fulfill({ status, contentType: 'application/problem+json', body }), { times: 1 });
    await refusedThenMade(page, 'Not sent: Not now.');
    assert.equal(await told(page, 'Where is my order?'), 2, 'a press of its own');
    await context.close();
  });
}

test('a press that does not get through is not chosen, and goes when it is made again', async () => {
  const { context, page } = await atTheShop(browser);
  await page.route('**/messages', (route) => route.abort(), { times: 1 });
  await refusedThenMade(page, 'Waiting: The server cannot be reached.');
  assert.equal(await told(page, 'Where is my order?'), 1, 'the one that has waited');
  await context.close();
});

async function refusedThenMade(page, why) {
  const button = page.getByRole('button', { name: 'Where is my order?' });
  await button.click();
  await page.getByText(why).waitFor();
  assert.equal(await button.getAttribute('data-chosen'), null);
  await button.click();
  await says(page, 'What is your order number?');
  await page.waitForFunction(() => !document.querySelector('[data-status=pending]'));
  assert.notEqual(await button.getAttribute('data-chosen'), null);
}
