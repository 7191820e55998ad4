// The page: which bot is open, which messages are shown, what waits to be sent.

import { Problem, Session, bots, follow, newId } from './client.js';
import { append, choose, clear, close, divider, entryOf, mark, settle, wait } from './log.js';
import { el } from './messages.js';

const $ = (id) => document.getElementById(id);
const composer = $('composer');

let known = []; // the bots of the picker
let talk = null; // the open conversation

const REPEAT_MS = 2_000; // so long the gateway, too, takes the same press for a repeat

// ---- which bot

const address = (bot) => `#${encodeURIComponent(bot.bot)}`;
const nameOf = (bot) => bot.name || bot.bot;
const initial = (bot) => [...nameOf(bot)][0].toUpperCase();

function route() {
  const bot = known.find((entry) => address(entry) === location.hash);
  if (bot) open(bot);
  else pick();
}

function pick() {
  const before = talk?.bot;
  leave();
  $('chat').hidden = $('skip').hidden = true;
  $('picker').hidden = false;
  document.title = 'Flowgate chat';
  $('bots').replaceChildren(...known.map(botCard));
  if (before) $('bots').querySelector(`[href="${address(before)}"]`)?.focus();
}

function botCard(bot) {
  return el('li', {}, el('a', { href: address(bot), class: 'bot', lang: bot.language },
    el('span', { class: 'avatar', 'aria-hidden': 'true' }, initial(bot)),
    el('span', {}, el('strong', {}, nameOf(bot)), el('small', {}, bot.description || bot.bot))));
}

async function start() {
  try {
    known = await bots();
    if (!known.length) $('picker-note').textContent = 'No bot is open to visitors yet.';
  } catch (error) {
    $('picker-note').textContent = `The list of bots could not be loaded. ${readable(error)}`;
  }
  if (known.length === 1 && !location.hash) location.replace(address(known[0]));
  else route();
}

// ---- one conversation

function open(bot) {
  leave();
  const session = new Session(bot.bot, () => replaced(bot));
  const mine = { bot, session, stop: new AbortController(), shown: new Set(), outbox: [], pressed: new Set(), pending: [], sending: false, openItems: null, version: '' };
  talk = mine;
  $('picker').hidden = true;
  $('chat').hidden = $('skip').hidden = false;
  $('bot-name').textContent = document.title = nameOf(bot);
  $('avatar').textContent = initial(bot);
  $('back').hidden = known.length < 2;
  $('version').textContent = '';
  tell('');
  clear(bot.language);
  composer.focus();
  follow(session, mine.stop.signal, {
    open: () => { online(mine); deliver(mine); },
    message: (message) => show(mine, message),
    openItems: (items) => { mine.openItems = items; if (mine === talk) close(items); },
    lost: (error) => lost(mine, error),
  });
}

function leave() {
  talk?.stop.abort();
  talk = null;
}

/** The gateway knows the visitor no more: a new conversation, in which what was not sent yet is sent. */
function replaced(bot) {
  const unsent = talk.outbox.map((item) => item.message.text).filter(Boolean);
  open(bot);
  append(divider('The earlier conversation has expired. This is a new one.'));
  unsent.forEach(act.say);
}

function online(mine) {
  if (mine !== talk) return;
  state('Online');
  tell('');
  setTimeout(settle, 400);
}

function lost(mine, error) {
  if (mine !== talk) return;
  state('Reconnecting…');
  if (!navigator.onLine) tell('You are offline. What you write is kept and sent when you are back.');
  else if (error instanceof Problem) tell(readable(error));
}

const state = (text) => { $('state').textContent = text; };

function tell(text) {
  $('banner').textContent = text;
  $('banner').hidden = !text;
}

function readable(error) {
  if (error instanceof Problem) return error.message;
  return navigator.onLine ? 'The server cannot be reached.' : 'You are offline.';
}

// ---- showing: each message once, whether it came with the answer or by the stream

const act = {
  say: (text) => send({ text }, text),
  press,
  submit: (payload, answers, title) => send({ payload, answers }, title || 'Form sent'),
};

function show(mine, message) {
  if (mine !== talk || mine.shown.has(message.id)) return;
  if (message.type === 'typing') return wait(true);
  if (message.payload) choose(message.payload, true);
  mine.shown.add(message.id);
  if (message.from === 'bot') answered(mine, message);
  append(entryOf(message, nameOf(mine.bot), act));
}

function answered(mine, { version }) {
  release(mine);
  wait(mine.sending);
  if (!version || version === mine.version) return;
  if (mine.version) append(divider(`Now version ${version.slice(0, 7)}`)); // a file was edited while they talk
  mine.version = version;
  $('version').textContent = ` · version ${version.slice(0, 7)}`;
}

/** A press acts once: the same one again, during its run or at once, is a double click. One that waits for the network is tried again. */
function press(payload, title) {
  if (talk.pressed.has(payload)) deliver(talk);
  else send({ payload }, title);
}

function hold(mine, payload) {
  if (!payload) return;
  mine.pressed.add(payload);
  choose(payload, true);
}

/** The runs of what was taken have ended: a press of them can be made anew in a moment. */
function release(mine) {
  mine.pending.splice(0).forEach((payload) => setTimeout(() => mine.pressed.delete(payload), REPEAT_MS));
}

// ---- sending: one after the other, in order, each with an id that makes a repeat harmless

function send(body, title) {
  const message = { id: newId(), ...body };
  const entry = entryOf({ from: 'user', text: title }, '', act);
  talk.shown.add(message.id); // its copy on the stream has the same id
  append(entry);
  hold(talk, message.payload);
  talk.outbox.push({ message, entry });
  deliver(talk);
}

async function deliver(mine) {
  if (mine.sending) return;
  mine.sending = true;
  while (mine === talk && mine.outbox.length && (await deliverOne(mine, mine.outbox[0]))) mine.outbox.shift();
  mine.sending = false;
  if (mine === talk) wait(mine.pending.length > 0);
}

/** Whether the next one may go: not while the gateway is out of reach, then all wait for it. */
async function deliverOne(mine, item) {
  const { payload } = item.message;
  const told = mine.openItems;
  mark(item.entry, 'pending', 'Sending…');
  hold(mine, payload);
  wait(true);
  try {
    const answer = await mine.session.post(item.message);
    accept(mine, item, answer);
    // what the stream has told meanwhile may be newer than the answer, and what is newer than that it will tell
    if (mine === talk && !answer.pending && mine.openItems === told) close(answer.open_items ?? []);
    return true;
  } catch (error) {
    const refused = error instanceof Problem;
    mark(item.entry, 'failed', `${refused ? 'Not sent' : 'Waiting'}: ${readable(error)}`, () => retry(mine, item));
    if (mine === talk && payload) choose(payload, false);
    if (refused) mine.pressed.delete(payload);
    return refused;
  }
}

function accept(mine, { message, entry }, answer) {
  mark(entry, 'sent');
  if (answer.repeated) entry.remove(); // another tab has made this press, and its message is shown
  for (const reply of answer.messages ?? []) show(mine, { from: 'bot', version: answer.version, ...reply });
  mine.pending.push(message.payload);
  if (!answer.pending) release(mine);
}

function retry(mine, item) {
  if (!mine.outbox.includes(item)) mine.outbox.push(item);
  composer.focus();
  deliver(mine);
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

function anew() {
  $('confirm').close();
  talk.session.forget();
  open(talk.bot);
}

composer.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
});
$('form').addEventListener('submit', submit);
$('hello').addEventListener('click', () => { act.say('Hello'); composer.focus(); });
$('skip').addEventListener('click', (event) => { event.preventDefault(); composer.focus(); });
$('restart').addEventListener('click', () => $('confirm').showModal());
$('confirm-no').addEventListener('click', () => $('confirm').close());
$('confirm-yes').addEventListener('click', anew);
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && talk && !$('confirm').open) composer.focus();
});
addEventListener('hashchange', route);
addEventListener('offline', () => talk && lost(talk));
addEventListener('online', () => talk && deliver(talk));

start();
