// Opens the chat page in a headless Chromium and speaks to it as a person without a mouse does.

import assert from 'node:assert/strict';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const BASE_URL = process.env.BASE_URL ?? 'http://127.0.0.1:8080';
const PATIENCE_MS = 60_000; // longer than anything takes on a machine that is busy with other things

// A system Chromium; nothing is downloaded. Without these flags it looks for hosts of its own at every start.
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const screenshots = await mkdtemp(join(tmpdir(), 'flowgate-e2e-'));

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** A visitor of their own (nothing stored), with everything noted that went wrong in the page. */
export async function visit(browser, { path = '/', width = 1000, height = 800, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  await page.exposeFunction('noteViolation', (text) => wrong.push(text));
  await page.addInitScript(() => addEventListener('securitypolicyviolation', (event) => window.noteViolation(`CSP: ${event.violatedDirective} ${event.blockedURI}`)));
  await page.goto(new URL(path, BASE_URL).href);
  return { context, page, wrong };
}

/** A visitor who talks to the shop already: greeted, and asked what they would like. */
export async function atTheShop(browser, options) {
  const visitor = await visit(browser, { path: '/#shop', ...options });
  await write(visitor.page, 'hello');
  await says(visitor.page, 'What would you like to do?');
  return visitor;
}

/** Types into the focused field and sends with Enter. */
export async function write(page, text) {
  await focused(page, 'textarea');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** Waits until the last message of the bot with this text is there; gives it. */
export async function says(page, text, nth = 0) {
  const message = page.locator('.them').filter({ hasText: text }).nth(nth);
  await message.waitFor();
  return message;
}

/** Moves with Tab (or Shift+Tab) until what has the focus says this. */
export async function tabTo(page, text, key = 'Tab') {
  const seen = [];
  for (let steps = 0; steps < 80; steps += 1) {
    await page.keyboard.press(key);
    const label = await page.evaluate(focusedLabel);
    if (label.includes(text)) return;
    seen.push(label.slice(0, 30));
  }
  assert.fail(`"${text}" cannot be reached with ${key}; it passes ${seen.join(' | ')}`);
}

function focusedLabel() {
  const element = document.activeElement;
  return element === document.body ? '' : element.getAttribute('aria-label') ?? element.innerText;
}

/** Presses something by keyboard alone. */
export async function press(page, text, key = 'Shift+Tab') {
  await tabTo(page, text, key);
  await page.keyboard.press('Enter');
}

/** Something to wait for, and what makes it come. */
export function later() {
  let come;
  const promise = new Promise((resolve) => { come = resolve; });
  return { promise, come };
}

/** Holds what the page asks of an address: `asked` is there when it has, and all of it goes on with `release()`. */
export async function hold(page, address) {
  const [asked, gate] = [later(), later()];
  await page.route(address, async (route) => {
    asked.come();
    await gate.promise;
    await route.continue();
  });
  return { asked: asked.promise, release: gate.come };
}

export async function focused(page, selector) {
  await page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
}

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules of accessibility that the page breaks, each with what breaks it. */
export async function barriers(page) {
  // what is on its way is paler
  await page.waitForFunction(() => !document.querySelector('[data-status=pending]'));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** How far the page can be scrolled sideways, in pixels; galleries scroll by themselves. */
export function sideways(page) {
  return page.evaluate(() => {
    const wide = (element) => element.scrollWidth - element.clientWidth;
    return Math.max(wide(document.documentElement), wide(document.querySelector('#scroll')));
  });
}
