// One message as an element. Everything is set as text, never as markup; links only to where a person may safely go.

const SAFE = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** An element with attributes and children; strings become text nodes, nothing is parsed. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== ''));
  return element;
}

/** The address if it is one of http(s), mailto or tel, else null. */
export function safeUrl(value) {
  if (typeof value !== 'string' || !value.trim()) return null;
  try {
    const url = new URL(value, location.origin);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function mediaUrl(value) {
  const url = safeUrl(value);
  return url?.startsWith('http') ? url : null;
}

const phoneUrl = (phone) => `tel:${String(phone).replace(/[^+\d]/g, '')}`;

function link(href, title, extra = {}) {
  const away = href.startsWith('http') ? { target: '_blank', rel: 'noopener noreferrer' } : {};
  return el('a', { href, ...away, ...extra }, title);
}

/** Text with its web addresses as links. */
function linked(text) {
  return String(text ?? '').split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/).map((part, index) => {
    const href = index % 2 ? safeUrl(part) : null;
    return href ? link(href, part) : part;
  });
}

const bubble = (...children) => el('div', { class: 'bubble', dir: 'auto' }, ...children);
const words = (text, tag = 'p') => (text ? el(tag, { class: 'words', dir: 'auto' }, linked(text)) : null);
const small = (text) => (text ? el('p', { class: 'small', dir: 'auto' }, linked(text)) : null);

/** One item: a link, something to press, or a mere label. */
function choice(item, act, kind = 'choice') {
  const href = item.url ? safeUrl(item.url) : item.phone ? phoneUrl(item.phone) : null;
  if (href) return link(href, item.title, { class: `${kind}${href.startsWith('http') ? ' away' : ''}`, dir: 'auto' });
  if (!item.payload) return el('span', { class: `${kind} label`, dir: 'auto' }, item.title);
  const press = () => act.press(item.payload, item.title);
  const keys = { 'data-payload': item.payload, 'data-once': item.once };
  return el('button', { type: 'button', class: kind, dir: 'auto', ...keys, onclick: press }, item.title, item.description && el('small', {}, item.description));
}

const choices = (items, act) => (items?.length ? el('div', { class: 'choices' }, items.map((item) => choice(item, act))) : null);

function chips(items, act) {
  return items?.length ? el('div', { class: 'chips', role: 'group', 'aria-label': 'Suggested answers' }, items.map((item) => choice(item, act, 'chip'))) : null;
}

/** A picture or a recording; what cannot be loaded stays reachable as a link. */
function media(tag, message, attributes) {
  const url = mediaUrl(message.url);
  if (!url) return bubble(words(message.caption || message.url));
  const instead = () => figure.replaceWith(bubble(link(url, message.caption || url)));
  const caption = message.caption && el('figcaption', { dir: 'auto' }, linked(message.caption));
  const figure = el('figure', { class: 'bubble media' }, el(tag, { src: url, ...attributes, onerror: instead }), caption);
  return figure;
}

function fileCard({ url, name, caption }) {
  const href = mediaUrl(url);
  const title = name || href?.split('/').pop() || 'File';
  return bubble(href ? link(href, title, { class: 'file', download: title }) : words(title), small(caption));
}

function place({ latitude, longitude, label, address }) {
  const href = `https://www.openstreetmap.org/?mlat=${Number(latitude)}&mlon=${Number(longitude)}#map=16/${Number(latitude)}/${Number(longitude)}`;
  return bubble(link(href, label || address || `${latitude}, ${longitude}`, { class: 'file' }), label ? small(address) : null);
}

function person({ first_name: first, last_name: last, phone, email }) {
  const mail = email && safeUrl(`mailto:${email}`);
  return bubble(words([first, last].filter(Boolean).join(' ')), phone && el('p', {}, link(phoneUrl(phone), phone)), mail && el('p', {}, link(mail, email)));
}

function card(item, act) {
  const image = mediaUrl(item.image);
  const href = safeUrl(item.url);
  return el('li', { class: 'card' },
    image && el('img', { src: image, alt: '', loading: 'lazy', onerror: (event) => event.target.remove() }),
    el('div', { class: 'card-text' }, el('h2', { dir: 'auto' }, href ? link(href, item.title) : item.title), small(item.subtitle)),
    choices(item.buttons, act));
}

/** Cards side by side; the list itself takes the focus so that arrow keys scroll it. */
function gallery({ items = [] }, act) {
  return el('ul', { class: 'gallery', tabindex: '0', 'aria-label': `${items.length} cards` }, items.map((item) => card(item, act)));
}

function list({ text, button, items, sections }, act) {
  const groups = (sections ?? [{ items }]).map((section) => [section.title && el('h2', {}, section.title), choices(section.items, act)]);
  return bubble(words(text), el('details', {}, el('summary', {}, button || 'Choose'), groups.flat()));
}

function rating({ text, scale = 5, items }, act) {
  const stars = items ?? Array.from({ length: scale }, (_, index) => ({ title: String(index + 1) }));
  const star = (item) => el('button', {
    type: 'button', class: 'star', 'aria-label': `${item.title} of ${stars.length}`,
    onclick: () => (item.payload ? act.press(item.payload, item.title) : act.say(item.title)),
  }, '★', el('small', { 'aria-hidden': 'true' }, item.title));
  return bubble(words(text), el('div', { class: 'stars', role: 'group', 'aria-label': 'Rating' }, stars.map(star)));
}

const INPUTS = { integer: 'number', number: 'number', date: 'date', time: 'time', datetime: 'datetime-local', email: 'email', phone: 'tel', url: 'url' };

function input({ into, expect, required, items }) {
  const common = { name: into, required };
  if (items) return el('select', common, el('option', { value: '' }, '—'), items.map((item) => el('option', { value: item.value ?? item.title }, item.title)));
  return el('input', { ...common, type: INPUTS[expect?.type] ?? 'text', min: expect?.min, max: expect?.max, step: expect?.type === 'number' ? 'any' : undefined });
}

function form({ title, description, fields = [], payload }, act) {
  const send = (event) => {
    event.preventDefault();
    const answers = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ''));
    act.submit(payload, answers, title);
  };
  const rows = fields.map((field) => el('label', {}, field.label, input(field)));
  return el('form', { class: 'bubble', onsubmit: send }, words(title, 'h2'), small(description), rows, el('button', { class: 'solid' }, 'Send'));
}

function products({ header, body, sections = [], footer }) {
  const item = (entry) => el('li', {}, entry.title ?? entry.retailer_id ?? String(entry));
  const group = (section) => [section.title && el('h2', {}, section.title), el('ul', {}, (section.items ?? []).map(item))];
  return bubble(words(header, 'h2'), words(body), sections.flatMap(group), small(footer));
}

const KINDS = {
  text: (message) => bubble(words(message.text)),
  image: (message) => media('img', message, { alt: message.caption || 'Picture', loading: 'lazy' }),
  audio: (message) => media('audio', message, { controls: true, preload: 'metadata' }),
  video: (message) => media('video', message, { controls: true, preload: 'metadata', playsinline: true }),
  file: fileCard,
  location: place,
  contact: person,
  gallery,
  buttons: (message, act) => bubble(words(message.text), choices(message.items, act)),
  quick_replies: (message, act) => [bubble(words(message.text)), chips(message.items, act)],
  list,
  form,
  rating,
  product: (message) => bubble(words(message.title ?? message.retailer_id), small(message.body), small(message.footer)),
  products,
  template: (message, act) => bubble(words([message.header, message.body].flat().filter((part) => typeof part === 'string').join('\n')), choices(message.buttons, act)),
};

/** The parts of one message; `act` has `press(payload, title)`, `say(text)` and `submit(payload, answers, title)`. */
export function parts(message, act) {
  const known = KINDS[message.type] ?? ((other) => bubble(words(other.text ?? other.caption ?? `[${other.type}]`)));
  const skip = message.skip?.title ? chips([message.skip], act) : null;
  return [known(message, act), skip].flat().filter(Boolean);
}
