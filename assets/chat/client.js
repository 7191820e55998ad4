// What the page says to the gateway: bots, tokens, messages, events. Knows nothing of the document.

/** An answer of the gateway that is not a success, in words for people. */
export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.detail || body.title || `The server answered with ${status}.`);
    this.status = status;
    this.code = body.code;
  }
}

/** One request. Throws a `Problem` for an answer that is not 2xx, a `TypeError` when there is none. */
async function call(path, { method = 'GET', token, body, headers = {}, signal } = {}) {
  const response = await fetch(path, {
    method,
    signal,
    cache: 'no-store',
    credentials: 'omit',
    body: body && JSON.stringify(body),
    headers: {
      ...headers,
      ...(body && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
  });
  if (response.ok) return response;
  throw new Problem(response.status, await response.json().catch(() => ({})));
}

/** The bots that this page may talk to. */
export async function bots() {
  return (await (await call('/v1/chat/bots')).json()).bots;
}

/** An id for a message, a random UUID; `crypto.randomUUID` is missing on pages without TLS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** A visitor's place with one bot: the token, kept in the browser so that a reload shows the same conversation. */
export class Session {
  #renewing;

  constructor(bot, onReplaced) {
    this.path = `/v1/bots/${encodeURIComponent(bot)}`;
    this.key = `flowgate.chat.${bot}`;
    this.onReplaced = onReplaced;
    this.saved = recall(this.key);
  }

  forget() {
    this.saved = null;
    keep(this.key, null);
  }

  /** Posts one message; repeating it with the same `id` is harmless. */
  async post(message) {
    const response = await this.#request(() => `${this.path}/messages`, (user) => ({ method: 'POST', body: { user, ...message } }));
    return response.json();
  }

  /** Opens the stream of events after `lastId`. */
  events(lastId, signal) {
    const headers = { Accept: 'text/event-stream', ...(lastId && { 'Last-Event-ID': lastId }) };
    return this.#request((user) => `${this.path}/users/${encodeURIComponent(user)}/events`, () => ({ headers, signal }));
  }

  async #request(path, options) {
    await this.#ensure();
    try {
      return await this.#send(path, options);
    } catch (error) {
      if (error.status !== 401) throw error;
      await this.#renew();
      return this.#send(path, options);
    }
  }

  #send(path, options) {
    const { user, token } = this.saved;
    return call(path(user), { token, ...options(user) });
  }

  async #ensure() {
    const left = this.saved ? Date.parse(this.saved.expires_at) - Date.now() : 0;
    if (left < 60_000) await this.#renew();
  }

  #renew() {
    this.#renewing ??= this.#fetchToken().finally(() => { this.#renewing = null; });
    return this.#renewing;
  }

  /** The old token asks for its successor, so that the visitor keeps the name; without one there is a new visitor. */
  async #fetchToken() {
    const before = this.saved;
    const ask = (token) => call(`${this.path}/webchat/token`, { method: 'POST', body: {}, token });
    const response = before ? await ask(before.token).catch((error) => (error.status === 401 ? ask() : Promise.reject(error))) : await ask();
    this.saved = await response.json();
    keep(this.key, this.saved);
    if (before && before.user !== this.saved.user) {
      this.onReplaced();
      throw new Problem(401, { detail: 'The old conversation has expired. This is a new one.' });
    }
  }
}

/** Follows the conversation until `signal` is aborted: reconnects with a growing pause, going on after the last event. */
export async function follow(session, signal, on) {
  let lastId = '';
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      const response = await session.events(lastId, signal);
      tries = 0;
      on.open();
      for await (const event of frames(response.body)) {
        lastId = event.id || lastId;
        if (event.event === 'message') on.message(JSON.parse(event.data));
        if (event.event === 'open_items') on.openItems(JSON.parse(event.data));
      }
    } catch (error) {
      if (signal.aborted) return;
      on.lost(error);
    }
    await pause(Math.min(30_000, 500 * 2 ** tries) * (0.75 + Math.random() / 2), signal);
  }
}

/** Server-sent events from a byte stream (EventSource cannot send the token's header). */
async function* frames(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop();
    yield* blocks.map(frame).filter((event) => event.data);
  }
}

function frame(block) {
  const event = { event: 'message', data: '' };
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+):? ?(.*)$/.exec(line) ?? [];
    if (name === 'data') event.data += (event.data && '\n') + value;
    else if (name) event[name] = value;
  }
  return event;
}

/** Waits, but no longer than until the network is back. */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); removeEventListener('online', done); resolve(); };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
    signal.addEventListener('abort', done, { once: true });
  });
}

function recall(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function keep(key, value) {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch { /* a browser without storage: the conversation lasts as long as the page */ }
}
