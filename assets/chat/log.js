// The log on the page: entries, their state, and the newest one in view. Knows nothing of the network.

import { el, parts } from './messages.js';

const $ = (id) => document.getElementById(id);
const [log, scroll, composer, typing, empty] = ['log', 'scroll', 'composer', 'typing', 'empty'].map($);

let stick = true; // the newest entry stays in view, unless somebody has scrolled up to read
let depth = 0;

/** Empties the log for a conversation in this language; what was said before is shown, not read out. */
export function clear(language) {
  log.replaceChildren();
  log.lang = language || '';
  log.setAttribute('aria-busy', 'true');
  stick = true;
  wait(false);
  settle();
}

/** After the first messages: new ones are read out; an empty log offers a beginning. */
export function settle() {
  log.removeAttribute('aria-busy');
  empty.hidden = log.childElementCount > 0;
}

/** A message as an entry; `name` is the bot's, `act` what its items do. */
export function entryOf(message, name, act) {
  const mine = message.from === 'user';
  const text = message.text ?? message.title;
  const content = parts({ ...message, text, type: message.type ?? 'text' }, act);
  const speaker = el('span', { class: 'sr' }, mine ? 'You: ' : `${name}: `);
  return el('div', { class: `message ${mine ? 'me' : 'them'}` }, speaker, content, el('p', { class: 'meta' }, stamp(message.at)));
}

export const divider = (text) => el('p', { class: 'divider' }, text);

export function append(entry) {
  empty.hidden = true;
  log.append(entry);
  if (entry.classList.contains('me')) stick = true;
  toEnd();
}

/** The state of an own entry: pending, sent, or failed with a way to try again. */
export function mark(entry, status, text, again) {
  entry.dataset.status = status;
  const button = again && el('button', { type: 'button', class: 'again', onclick: again }, 'Try again');
  entry.querySelector('.meta').replaceChildren(text ?? stamp(), ...(button ? [' ', button] : []));
}

/** Marks what was chosen, or was not after all, in every copy of its message. */
export function choose(payload, chosen) {
  log.querySelectorAll(`button[data-payload="${CSS.escape(payload)}"]`).forEach((button) => button.toggleAttribute('data-chosen', chosen));
}

/**
 * Switches off the items that act only while their question is open, but for these; a row of quick replies none of which acts
 * is hidden until one does. The focus goes back to writing where it would be lost.
 */
export function close(open) {
  const acts = new Set(open);
  const focused = document.activeElement;
  log.querySelectorAll('button[data-once]').forEach((button) => { button.disabled = !acts.has(button.dataset.payload); });
  log.querySelectorAll('.chips').forEach((row) => { row.hidden = !row.querySelector('a, button:not(:disabled)'); });
  if (focused?.disabled) composer.focus();
}

/** Shows or hides the typing sign. */
export function wait(on) {
  typing.hidden = !on;
  toEnd();
}

function stamp(at) {
  const time = at ? new Date(at) : new Date();
  return el('time', { datetime: time.toISOString() }, time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }));
}

function scrolled() {
  const rest = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
  stick = rest < 40 || (stick && scroll.scrollTop >= depth);
  depth = scroll.scrollTop;
}

function toEnd() {
  if (stick) scroll.scrollTo({ top: scroll.scrollHeight });
}

scroll.addEventListener('scroll', scrolled);
log.addEventListener('load', toEnd, true); // a picture has come and moved the end
