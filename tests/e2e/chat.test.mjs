// The chat page on the shop bot, by keyboard. Wants a gateway at BASE_URL with the sample bots, and their backend beside it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { atTheShop, barriers, focused, launch, press, says, screenshots, sideways, tabTo, visit, write } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

test('a visitor chooses the shop and gets a live answer, by keyboard alone', async () => {
  const { context, page, wrong } = await visit(browser);
  await page.getByRole('heading', { name: 'Who would you like to talk to?' }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await press(page, 'Pizzeria Napoli', 'Tab');
  await write(page, 'hello');
  await says(page, 'Pizzeria Napoli');
  await says(page, 'What would you like to do?');

  await press(page, 'Where is my order?');
  await says(page, 'What is your order number?');
  await page.keyboard.press('Escape'); // from the pressed button back to writing
  await write(page, '42');
  const answer = await says(page, 'Your order 42:');
  assert.match(await answer.innerText(), /in the oven|on its way|delivered/);

  await press(page, 'Check again');
  await says(page, 'Your order 42:', 1);
  await focused(page, 'textarea'); // the quick replies are gone, the focus is not lost
  await page.screenshot({ path: join(screenshots, 'order.png') });
  assert.deepEqual(wrong, []);
  await context.close();
});

test('the menu is shown with its pictures, and a card is pressed', async () => {
  const { context, page, wrong } = await atTheShop(browser);
  await write(page, 'menu');
  await says(page, 'Press a card, or type the name of a pizza.');
  const pictures = page.locator('.gallery img');
  await pictures.last().scrollIntoViewIfNeeded();
  await page.waitForFunction(() => [...document.querySelectorAll('.gallery img')].every((image) => image.naturalWidth > 0));
  assert.ok((await pictures.count()) > 0);
  await press(page, 'Add Diavola');
  await says(page, 'Diavola, good choice!');
  await page.screenshot({ path: join(screenshots, 'menu.png') });
  assert.deepEqual(wrong, []);
  await context.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`on a phone of 360 px nothing is too wide and nobody is kept out, ${colorScheme}`, async () => {
    const { context, page, wrong } = await atTheShop(browser, { width: 360, height: 740, colorScheme, reducedMotion: 'reduce' });
    await write(page, 'menu');
    await says(page, 'Press a card, or type the name of a pizza.');
    assert.equal(await sideways(page), 0);
    assert.deepEqual(await barriers(page), []);
    await page.screenshot({ path: join(screenshots, `phone-${colorScheme}.png`) });
    assert.deepEqual(wrong, []);
    await context.close();
  });
}

test('a reload shows the same conversation, each message once', async () => {
  const { context, page, wrong } = await atTheShop(browser);
  const texts = () => page.locator('.message .bubble').allInnerTexts();
  const told = await texts();
  await page.reload();
  await says(page, 'What would you like to do?');
  await page.waitForFunction((count) => document.querySelectorAll('.message .bubble').length >= count, told.length);
  assert.deepEqual(await texts(), told);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a new conversation is begun only after asking', async () => {
  const { context, page } = await atTheShop(browser);
  await press(page, 'New conversation');
  await page.keyboard.press('Escape');
  await says(page, 'What would you like to do?');
  await press(page, 'New conversation');
  await press(page, 'Start anew', 'Tab');
  await page.getByText('This is a new conversation.').waitFor();
  assert.equal(await page.locator('.message').count(), 0);
  await focused(page, 'textarea');
  await context.close();
});

test('a link skips to the message field', async () => {
  const { context, page } = await atTheShop(browser);
  await tabTo(page, 'Skip to the message field', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await focused(page, 'textarea');
  await context.close();
});

test('what a bot says is text: no script, no markup, no unsafe link', async () => {
  const { context, page, wrong } = await visit(browser, { path: '/#shop' });
  await page.route('**/messages', async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    const items = [{ title: 'Trap', url: 'javascript:window.trapped=1' }, { title: 'Page', url: 'https://example.org/' }, { title: 'Call', phone: '+39 081 555 0142' }];
    answer.messages.push({ id: 'trap-1', type: 'text', text: '<img src=x onerror="window.trapped=1"> javascript:alert(1)' });
    answer.messages.push({ id: 'trap-2', type: 'buttons', text: 'Links', items });
    await route.fulfill({ response, json: answer });
  });
  await write(page, 'hello');
  const links = await says(page, 'Links');
  assert.deepEqual(await links.getByRole('link').evaluateAll((all) => all.map((link) => link.getAttribute('href'))), ['https://example.org/', 'tel:+390815550142']);
  assert.equal(await page.locator('[href^="javascript"]').count(), 0);
  assert.equal(await page.locator('.bubble img[src="x"]').count(), 0);
  await says(page, '<img src=x');
  assert.equal(await page.evaluate(() => window.trapped), undefined);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a refused message says why and is sent again', async () => {
  const { context, page } = await atTheShop(browser);
  const ids = [];
  const problem = { status: 429, code: 'busy', title: 'Too many messages', detail: 'Too many messages are waiting.' };
  await page.route('**/messages', async (route) => {
    ids.push(route.request().postDataJSON().id);
    if (ids.length > 1) return route.continue();
    return route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify(problem) });
  });
  await write(page, 'order 42');
  await page.getByText('Not sent: Too many messages are waiting.').waitFor();
  await press(page, 'Try again');
  await says(page, 'Your order 42:');
  assert.deepEqual([ids.length, new Set(ids).size], [2, 1]);
  await context.close();
});

test('a token that has expired costs no message', async () => {
  const { context, page } = await atTheShop(browser);
  let refused = false;
  await page.route('**/messages', async (route) => {
    if (refused) return route.continue();
    refused = true;
    return route.fulfill({ status: 401, contentType: 'application/problem+json', body: JSON.stringify({ status: 401, code: 'unauthorized', title: 'Unauthorized' }) });
  });
  await write(page, 'order 42');
  await says(page, 'Your order 42:');
  assert.equal(await page.locator('.me').filter({ hasText: 'order 42' }).count(), 1);
  await context.close();
});

test('what is written offline waits for the network', async () => {
  const { context, page } = await atTheShop(browser);
  await context.setOffline(true);
  await page.getByText('You are offline. What you write is kept').waitFor();
  await write(page, 'order 42');
  await page.getByText('Waiting: You are offline.').waitFor();
  await context.setOffline(false);
  await says(page, 'Your order 42:');
  await context.close();
});

after(() => process.stdout.write(`screenshots: ${screenshots}\n`));

test('a double click orders once, and what no longer acts is switched off', async () => {
  const { context, page, wrong } = await visit(browser, { path: '/#clinic' });
  const sent = [];
  page.on('request', (request) => request.url().endsWith('/messages') && sent.push(request.postDataJSON()));
  await write(page, 'hello');
  await says(page, 'How can we help?');
  await page.getByRole('button', { name: 'Book an appointment' }).dblclick();
  await says(page, 'Who would you like to see?');
  assert.equal(sent.filter((body) => body.payload).length, 1, 'the second click is the same press');
  const chips = page.locator('.chips button');
  await chips.first().dblclick();
  await says(page, 'Which day suits you?');
  await page.waitForFunction(() => !document.querySelector('.chips:not([hidden])').innerText.includes('Rossi')); // answered: they have gone
  const menu = page.getByRole('button', { name: 'Book an appointment' });
  assert.ok(await menu.isEnabled(), 'a menu stays pressable');
  assert.notEqual(await menu.getAttribute('data-chosen'), null);
  await page.screenshot({ path: join(screenshots, 'chosen.png') });
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a reload shows what was chosen, and switches off what no longer acts', async () => {
  const { context, page, wrong } = await visit(browser, { path: '/#clinic' });
  for (const text of ['hello', 'book', 'rossi']) await write(page, text);
  await says(page, 'Which day suits you?');
  await page.reload();
  await says(page, 'Which day suits you?');
  await page.waitForFunction(() => !document.querySelector('.chips:not([hidden])').innerText.includes('Rossi'));
  assert.deepEqual(wrong, []);
  await context.close();
});
