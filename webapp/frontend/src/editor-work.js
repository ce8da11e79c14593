// What a person does with cues here: shown at once where that can be, and sent. Deeds that need the server's word
// (splitting, joining, undoing) say so when there is no connection.
const WRITES_MILLISECONDS = 800;
const STEP_MS = 100;
const NEW_MS = 2000;
const LEAST_MS = 300;

export class Work {
  constructor({ config, store, sync, hints, list, player, words, say }) {
    Object.assign(this, { config, store, sync, hints, list, player, words, say });
    this.timers = new Map();
    this.lastPlace = new Map(); // where somebody wrote last in each cue
  }

  get cue() {
    return this.store.cue(this.list.current);
  }

  // Whether somebody is in a text now; who works beside it with single keys stays beside it.
  get isWriting() {
    return document.activeElement.matches("textarea");
  }

  // Written text or times: shown now, sent after a moment of rest.
  write(key, fields, { isAtOnce = false } = {}) {
    if (!this.config.mayEdit || this.store.isClosed) return;
    this.store.write(key, fields);
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    if (isAtOnce) this.flush(key);
    else this.timers.set(key, setTimeout(() => this.flush(key), WRITES_MILLISECONDS));
  }

  flush(key) {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    const about = `change ${key}`;
    if (!this.store.mine.has(key) || this.store.theirs(key) || this.sync.waits(about)) return;
    let sent = null;
    const body = () => {
      const begun = this.store.begin(key);
      sent = begun?.fields;
      return begun && { deed: { deed: "change", key, seen: begun.seen, ...named(begun.fields) } };
    };
    this.sync.send("change", body, about).then(({ status, answer }) => {
      if (status === 200) this.store.end(key, sent);
      else if (status === 409 && answer?.there) this.store.refuse(key, answer.there[0]);
      else if (status !== 204) this.refused(key, answer);
    });
  }

  // Words or times that the server never takes: they stay on the page until they are changed.
  refused(key, answer) {
    const mine = this.store.mine.get(key);
    if (mine) mine.isSent = false;
    this.say("refused", { sentence: answer?.sentence ?? "" }, "bad");
  }

  flushAll() {
    for (const key of this.store.mine.keys()) this.flush(key);
  }

  // A deed that needs the server's answer. `make()` gives its body as late as possible.
  async ask(name, make) {
    if (!this.config.mayEdit) return null;
    if (this.sync.trouble) {
      this.say("later", {}, "warn");
      return null;
    }
    this.flushAll();
    const { status, answer } = await this.sync.send("change", () => ({ deed: make() }));
    if (status === 200) this.say(`did_${name}`);
    else this.say(status === 409 ? "changed" : "refused", { sentence: answer?.sentence ?? "" }, "bad");
    if (status !== 200) this.sync.poll();
    return status === 200 ? answer : null;
  }

  seen(keys) {
    return Object.fromEntries(keys.map((key) => [key, this.store.there.get(key).version]));
  }

  one(name, key = this.list.current, more = {}) {
    return key ? this.ask(name, () => ({ deed: name, key, seen: this.store.there.get(key).version, ...more })) : null;
  }

  async split() {
    const { cue } = this;
    if (!cue) return;
    const [at, newKey] = [this.placeIn(cue), newName()];
    const { isWriting } = this;
    const now = this.player.nowMs;
    const isInside = now > cue.startMs + LEAST_MS && now < cue.endMs - LEAST_MS;
    const share = cue.text ? Math.min(0.85, Math.max(0.15, at / cue.text.length)) : 0.5;
    const atMs = isInside ? now : Math.round(cue.startMs + (cue.endMs - cue.startMs) * share);
    const atSign = [...cue.text.slice(0, at)].length;
    const done = await this.one("split", cue.key, { at_sign: atSign, at_ms: atMs, new_key: newKey });
    if (done) this.list.go(newKey, { isWriting });
  }

  // Where in its text somebody writes, or wrote last; else in the middle.
  placeIn({ key, text }) {
    const field = this.list.rows.get(key).text;
    const place = field === document.activeElement ? field.selectionStart : this.lastPlace.get(key);
    return Math.min(place ?? Math.ceil(text.length / 2), text.length);
  }

  async merge() {
    const next = this.list.step(1);
    const { isWriting, list: { current: key } } = this;
    if (!next || !key) this.say("no_next", {}, "warn");
    else if (await this.ask("merge", () => ({ deed: "merge", seen: this.seen([key, next]) }))) this.list.go(key, { isWriting });
  }

  async delete() {
    const after = this.list.step(1) ?? this.list.step(-1);
    const { isWriting } = this;
    if ((await this.one("delete")) && after) this.list.go(after, { isWriting });
  }

  // A new cue at the playhead, as long as there is room; it can be written in at once, also without a connection.
  insert() {
    const startMs = this.player.nowMs;
    const next = this.store.cues.find((cue) => cue.startMs > startMs);
    const isTaken = this.store.cues.some((cue) => cue.startMs <= startMs && startMs < cue.endMs);
    const last = Math.min(startMs + NEW_MS, next ? next.startMs : Infinity, this.config.durationMs ?? Infinity);
    if (isTaken || last - startMs < LEAST_MS) {
      this.say("no_room", {}, "warn");
      return;
    }
    const key = newName();
    this.store.add({ key, startMs, endMs: last });
    this.list.go(key, { isWriting: true });
    const body = () => ({ deed: { deed: "insert", key, start_ms: startMs, end_ms: last } });
    this.sync.send("change", body).then(({ status, answer }) => {
      if (status === 200) return;
      this.store.forget(key);
      this.say("refused", { sentence: answer?.sentence ?? "" }, "bad");
    });
  }

  takeBack(name) {
    const of = name === "undo" ? "done" : "undone";
    const isEmpty = this.store.state.undo[of] === null && !this.store.hasUnsent;
    if (isEmpty) this.say("no_undo", {}, "warn");
    else this.ask(name, () => ({ deed: name, of: this.store.state.undo[of] ?? 0 }));
  }

  async replace(keys, wanted, instead) {
    return this.ask("replace", () => ({ deed: "replace", wanted, instead, seen: this.seen(keys) }));
  }

  // Moves this cue and all after it.
  shift(byMs) {
    const from = Math.max(0, this.store.indexOf(this.list.current));
    return this.ask("shift", () => ({ deed: "shift", by_ms: byMs, seen: this.seen(this.store.cues.slice(from).map(({ key }) => key)) }));
  }

  nudge(fields) {
    const { cue } = this;
    if (!cue) return;
    const wanted = Object.fromEntries(fields.map(([name, sign]) => [name, Math.max(0, cue[name] + sign * STEP_MS)]));
    this.setTimes(wanted);
  }

  setTimes(wanted, key = this.list.current) {
    const cue = this.store.cue(key);
    if (!cue) return;
    const { startMs, endMs } = { ...cue, ...wanted };
    if (endMs > startMs) this.write(key, wanted);
    else this.say("backwards", {}, "warn");
  }

  breakLines() {
    const { cue } = this;
    if (cue && this.hints.rules) this.write(cue.key, { text: this.hints.rules.breakLines(cue.text) });
  }

  // A person chose between what they wrote and what another wrote.
  async keepMine(key) {
    const { base, theirs } = this.store.keepMine(key);
    if (theirs.isDeleted) {
      const restored = await this.ask("restore", () => ({ deed: "restore", key, seen: theirs.version, version: base.version }));
      if (restored) this.store.mine.get(key).base = this.store.there.get(key);
    }
    this.flush(key);
  }

  async note(answer) {
    const { status } = await this.sync.send("note", () => answer);
    if (status !== 200) this.say("changed", {}, "bad");
    return status === 200;
  }
}

function named({ text, startMs, endMs }) {
  return Object.fromEntries(Object.entries({ text, start_ms: startMs, end_ms: endMs }).filter(([, value]) => value !== undefined));
}

function newName() {
  return [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
