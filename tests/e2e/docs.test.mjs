// The description of the API at /docs: drawn without anything from elsewhere, under its own policy, and it can be tried.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BASE_URL, launch, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

test('the description is drawn, and a message is sent from it', async () => {
  const { context, page, wrong } = await visit(browser, { path: '/' });
  const elsewhere = [];
  page.on('request', (request) => request.url().startsWith(BASE_URL) || request.url().startsWith('data:') || elsewhere.push(request.url()));
  await page.goto(new URL('/docs', BASE_URL).href);
  const route = page.locator('#operations-conversations-send_message');
  await route.locator('.opblock-summary').click();
  await route.getByRole('button', { name: 'Try it out' }).click();
  await route.getByPlaceholder('bot').fill('shop');
  await route.getByRole('button', { name: 'Execute' }).click();
  const answer = route.locator('.live-responses-table');
  await answer.filter({ hasText: '"session"' }).waitFor();
  assert.match(await answer.innerText(), /What would you like to do\?|I did not get that/);
  assert.deepEqual(elsewhere, []);
  assert.deepEqual(wrong, []);
  await context.close();
});
