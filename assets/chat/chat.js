// The page: which bot is open, what the log shows, what waits to be sent.

import { Problem, Session, bots, follow } from './client.js';
import { el, parts } from './messages.js';

const $ = (id) => document.getElementById(id);
const [picker, chat, log, scroll, composer, typing] = ['picker', 'chat', 'log', 'scroll', 'composer', 'typing'].map($);

let known = []; // the bots of the picker
let talk = null; // the open conversation

// ---- which bot

const address = (bot) => `#${encodeURIComponent(bot.bot)}`;

function route() {
  const bot = known.find((entry) => address(entry) === location.hash);
  if (bot) open(bot);
  else pick();
}

function pick() {
  const before = talk?.bot;
  leave();
  chat.hidden = true;
  picker.hidden = false;
  $('skip').hidden = true;
  document.title = 'Flowgate chat';
  $('bots').replaceChildren(...known.map(botCard));
  if (before) $('bots').querySelector(`[href="${address(before)}"]`)?.focus();
}

function botCard(bot) {
  return el('li', {}, el('a', { href: address(bot), class: 'bot', lang: bot.language },
    el('span', { class: 'avatar', 'aria-hidden': 'true' }, initial(bot)),
    el('span', {}, el('strong', {}, bot.name || bot.bot), el('small', {}, bot.description || bot.bot))));
}

const initial = (bot) => [...(bot.name || bot.bot)][0].toUpperCase();

async function start() {
  try {
    known = await bots();
  } catch (error) {
    known = [];
    $('picker-note').textContent = `The list of bots could not be loaded. ${readable(error)}`;
  }
  if (!known.length) $('picker-note').textContent ||= 'No bot is open to visitors yet.';
  if (known.length === 1 && !location.hash) location.replace(address(known[0]));
  else route();
}

// ---- one conversation

function open(bot) {
  leave();
  const session = new Session(bot.bot, () => open(bot));
  talk = { bot, session, stop: new AbortController(), shown: new Map(), outbox: [], sending: false, pending: false, version: '' };
  picker.hidden = true;
  chat.hidden = $('skip').hidden = false;
  $('bot-name').textContent = document.title = bot.name || bot.bot;
  $('avatar').textContent = initial(bot);
  $('back').hidden = known.length < 2;
  log.replaceChildren();
  stick = true;
  log.lang = bot.language || '';
  log.setAttribute('aria-busy', 'true'); // what was said before is shown, not read out
  $('version').textContent = '';
  typing.hidden = true;
  say('');
  settle();
  composer.focus();
  const mine = talk;
  follow(session, talk.stop.signal, {
    open: () => { online(mine); deliver(mine); },
    message: (message) => show(mine, message),
    lost: (error) => lost(mine, error),
  });
}

function leave() {
  talk?.stop.abort();
  talk = null;
}

function online(mine) {
  if (mine !== talk) return;
  state('Online');
  say('');
  setTimeout(settle, 400);
}

/** After the first messages: the log is quiet, or it is empty and offers a beginning. */
function settle() {
  log.removeAttribute('aria-busy');
  $('empty').hidden = log.childElementCount > 0;
}

function lost(mine, error) {
  if (mine !== talk) return;
  state('Reconnecting…');
  if (!navigator.onLine) say('You are offline. What you write is kept and sent when you are back.');
  else if (error instanceof Problem) say(readable(error));
}

const state = (text) => { $('state').textContent = text; };

function say(text) {
  $('banner').textContent = text;
  $('banner').hidden = !text;
}

function readable(error) {
  if (error instanceof Problem) return error.message;
  return navigator.onLine ? 'The server cannot be reached.' : 'You are offline.';
}

// ---- the log

const act = {
  say: (text) => send({ text }, text),
  press: (payload, title) => send({ payload }, title),
  submit: (payload, answers, title) => send({ payload, answers }, title || 'Form sent'),
};

/** Shows a message once, whether it came with the answer or by the stream. */
function show(mine, message) {
  if (mine !== talk || mine.shown.has(message.id)) return;
  if (message.type === 'typing') return wait(true);
  if (message.from === 'user' && adopt(mine, message)) return;
  const entry = element(message);
  entry.dataset.id = message.id;
  mine.shown.set(message.id, entry);
  if (message.from === 'user') dropChips();
  else answered(mine, message);
  append(entry);
}

function answered(mine, message) {
  mine.pending = false;
  version(message.version);
  wait(mine.sending);
}

/** The stream's copy of what this page has sent itself. */
function adopt(mine, message) {
  const own = mine.shown.get(message.external_id) ?? log.querySelector(`.me[data-text="${CSS.escape(message.text ?? message.title ?? '')}"]:not([data-id])`);
  if (!own) return false;
  own.dataset.id = message.id;
  mine.shown.set(message.id, own);
  return true;
}

function element(message) {
  const me = message.from === 'user';
  const content = parts({ ...message, text: message.text ?? message.title, type: message.type ?? 'text' }, act);
  const speaker = el('span', { class: 'sr' }, me ? 'You: ' : `${talk.bot.name || talk.bot.bot}: `);
  const entry = el('div', { class: `message ${me ? 'me' : 'them'}` }, speaker, content, el('p', { class: 'meta' }, stamp(message.at)));
  if (me) entry.dataset.text = message.text ?? message.title ?? '';
  return entry;
}

function stamp(at) {
  const time = at ? new Date(at) : new Date();
  return el('time', { datetime: time.toISOString() }, time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }));
}

function append(entry) {
  $('empty').hidden = true;
  log.append(entry);
  if (entry.classList.contains('me')) stick = true;
  toEnd();
}

let stick = true; // the newest message stays in view, unless somebody has scrolled up to read
let depth = 0;

function scrolled() {
  const rest = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
  stick = rest < 40 || (stick && scroll.scrollTop >= depth);
  depth = scroll.scrollTop;
}

function toEnd() {
  if (stick) scroll.scrollTo({ top: scroll.scrollHeight });
}

function dropChips() {
  const chips = [...log.querySelectorAll('.chips')];
  const focused = chips.some((row) => row.contains(document.activeElement));
  chips.forEach((row) => row.remove());
  if (focused) composer.focus();
}

function wait(on) {
  typing.hidden = !on;
  if (on) toEnd();
}

/** The version that answers, small in the header; a change while talking is told in the log. */
function version(next) {
  if (!next || next === talk.version) return;
  if (talk.version) append(el('p', { class: 'divider' }, `Now version ${next.slice(0, 7)}`));
  talk.version = next;
  $('version').textContent = ` · version ${next.slice(0, 7)}`;
}

// ---- sending: one after the other, in order, each with an id that makes a repeat harmless

function send(body, title) {
  const message = { id: crypto.randomUUID?.() ?? randomId(), ...body };
  const entry = element({ from: 'user', type: 'text', text: title });
  talk.shown.set(message.id, entry);
  dropChips();
  append(entry);
  talk.outbox.push({ message, entry });
  deliver(talk);
}

/** `randomUUID` is missing on pages without TLS; any unique id will do. */
function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function deliver(mine) {
  if (mine.sending) return;
  mine.sending = true;
  while (mine === talk && mine.outbox.length && (await deliverOne(mine, mine.outbox[0]))) mine.outbox.shift();
  mine.sending = false;
  if (mine === talk) wait(mine.pending);
}

/** Whether the next one may go: not when the gateway is out of reach, then all wait for it. */
async function deliverOne(mine, item) {
  const { message, entry } = item;
  mark(entry, 'pending', 'Sending…');
  wait(true);
  try {
    const answer = await mine.session.post(message);
    mark(entry, 'sent');
    for (const reply of answer.messages ?? []) show(mine, { from: 'bot', version: answer.version, ...reply });
    mine.pending = Boolean(answer.pending);
    return true;
  } catch (error) {
    const refused = error instanceof Problem;
    mark(entry, 'failed', `${refused ? 'Not sent' : 'Waiting'}: ${readable(error)}`, () => retry(mine, item));
    mine.pending = false;
    return refused;
  }
}

function retry(mine, item) {
  if (!mine.outbox.includes(item)) mine.outbox.push(item);
  composer.focus();
  deliver(mine);
}

function mark(entry, status, text, again) {
  entry.dataset.status = status;
  entry.querySelector('.meta').replaceChildren(text ?? stamp(), ...(again ? [' ', el('button', { type: 'button', class: 'again', onclick: again }, 'Try again')] : []));
}

// ---- keys and buttons

function submit(event) {
  event.preventDefault();
  const text = composer.value.trim();
  if (!text || !talk) return;
  composer.value = '';
  act.say(text);
  composer.focus();
}

composer.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
});
$('form').addEventListener('submit', submit);
$('hello').addEventListener('click', () => { act.say('Hello'); composer.focus(); });
$('skip').addEventListener('click', (event) => { event.preventDefault(); composer.focus(); });
$('restart').addEventListener('click', () => $('confirm').showModal());
$('confirm-no').addEventListener('click', () => $('confirm').close());
$('confirm-yes').addEventListener('click', () => {
  $('confirm').close();
  talk.session.forget();
  open(talk.bot);
});
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && talk && !$('confirm').open) composer.focus();
});
scroll.addEventListener('scroll', scrolled);
log.addEventListener('load', toEnd, true); // a picture has come and moved the end
addEventListener('hashchange', route);
addEventListener('offline', () => talk && lost(talk));
addEventListener('online', () => talk && deliver(talk));

start();
