// What a person does with cues here: shown at once, with or without a connection, and sent by and by. Only what was
// done before this page was opened, or has arrived long since, needs the server to be taken back.
import { newName } from "./editor-outbox.js";

const WRITES_MILLISECONDS = 800;
const STEP_MS = 100;
const NEW_MS = 2000;
const LEAST_MS = 300;

export class Work {
  constructor({ config, store, sync, hints, list, player, words, say }) {
    Object.assign(this, { config, store, sync, hints, list, player, words, say });
    this.lastPlace = new Map(); // where somebody wrote last in each cue
  }

  get cue() {
    return this.store.cue(this.list.current);
  }

  get mayWrite() {
    return this.config.mayEdit && !this.store.isClosed;
  }

  // Whether somebody is in a text now; who works beside it with single keys stays beside it.
  get isWriting() {
    return document.activeElement.matches("textarea");
  }

  // Written text or times: shown now, sent after a moment of rest.
  write(key, fields, { isAtOnce = false } = {}) {
    if (!this.mayWrite) return;
    this.store.write(key, fields);
    clearTimeout(this.timer);
    if (isAtOnce) this.flush();
    else this.timer = setTimeout(() => this.flush(), WRITES_MILLISECONDS);
  }

  // What is being written goes out as it is now.
  flush() {
    clearTimeout(this.timer);
    this.store.outbox.close();
    this.sync.pump();
  }

  do(name, keys, more = {}) {
    if (!this.mayWrite) return false;
    this.store.do({ name, keys, key: keys[0], ...more });
    this.say(`did_${name}`);
    return true;
  }

  split() {
    const { cue, isWriting } = this;
    if (!cue) return;
    const [at, newKey, now] = [this.placeIn(cue), newName(), this.player.nowMs];
    const isInside = now > cue.startMs + LEAST_MS && now < cue.endMs - LEAST_MS;
    const share = cue.text ? Math.min(0.85, Math.max(0.15, at / cue.text.length)) : 0.5;
    const atMs = isInside ? now : Math.round(cue.startMs + (cue.endMs - cue.startMs) * share);
    const atSign = [...cue.text.slice(0, at)].length;
    if (atMs <= cue.startMs || atMs >= cue.endMs) this.say("no_room", {}, "warn");
    else if (this.do("split", [cue.key, newKey], { newKey, atSign, atMs })) this.list.go(newKey, { isWriting, place: 0 });
  }

  // Where in its text somebody writes, or wrote last; else in the middle.
  placeIn({ key, text }) {
    const field = this.list.rows.get(key).text;
    const place = field === document.activeElement ? field.selectionStart : this.lastPlace.get(key);
    return Math.min(place ?? Math.ceil(text.length / 2), text.length);
  }

  merge() {
    const next = this.list.step(1);
    const { isWriting, list: { current: key } } = this;
    if (!next || !key) this.say("no_next", {}, "warn");
    else if (this.do("merge", [key, next])) this.list.go(key, { isWriting });
  }

  delete() {
    const { isWriting, list: { current: key } } = this;
    const after = this.list.step(1) ?? this.list.step(-1);
    if (key && this.do("delete", [key]) && after) this.list.go(after, { isWriting });
  }

  confirm() {
    const { cue } = this;
    if (cue) this.do("confirm", [cue.key]);
  }

  // A new cue at the playhead, as long as there is room; it can be written in at once.
  insert() {
    const startMs = this.player.nowMs;
    const next = this.store.cues.find((cue) => cue.startMs > startMs);
    const isTaken = this.store.cues.some((cue) => cue.startMs <= startMs && startMs < cue.endMs);
    const endMs = Math.min(startMs + NEW_MS, next ? next.startMs : Infinity, this.config.durationMs ?? Infinity);
    if (isTaken || endMs - startMs < LEAST_MS) {
      this.say("no_room", {}, "warn");
      return;
    }
    const key = newName();
    if (this.do("insert", [key], { fields: { startMs, endMs, text: "" } })) this.list.go(key, { isWriting: true });
  }

  undo() {
    if (!this.mayWrite) return;
    const keys = this.store.takeBack();
    if (keys) this.goOn("undo", keys);
    else if (this.store.hasTheirs) this.say("choose", {}, "warn");
    else this.askServer("undo", this.store.state.undo.done);
  }

  redo() {
    if (!this.mayWrite) return;
    const keys = this.store.doAgain();
    if (keys) this.goOn("redo", keys);
    else this.askServer("redo", this.store.state.undo.undone);
  }

  // To what is another now, unless one of it is before the person's eyes.
  goOn(name, keys) {
    this.say(`did_${name}`);
    const key = keys.find((one) => this.store.indexOf(one) >= 0);
    if (key && !keys.includes(this.list.current)) this.list.go(key, { isWriting: this.isWriting });
  }

  async askServer(name, of) {
    if (of === null) this.say("no_undo", {}, "warn");
    else if (this.sync.trouble) this.say("later", {}, "warn");
    else if (!this.isAsking) {
      this.isAsking = true;
      const { status, answer } = await this.sync.send("change", () => ({ deed: { deed: name, of } }));
      this.isAsking = false;
      if (status === 200 && name === "undo") this.store.undone.push(null);
      if (status === 200) this.goOn(name, answer.cues.map(({ key }) => key));
      else this.say(answer?.there ? "changed" : "refused", { sentence: answer?.sentence ?? "" }, "bad");
    }
  }

  replace(keys, wanted, instead) {
    return this.do("replace", keys, { wanted, instead });
  }

  // Moves this cue and all after it.
  shift(byMs) {
    const from = Math.max(0, this.store.indexOf(this.list.current));
    const moved = this.store.cues.slice(from);
    if (!moved.length) return;
    const isRoom = moved[0].startMs + byMs >= 0 && moved.at(-1).endMs + byMs <= (this.config.durationMs ?? Infinity);
    if (isRoom) this.do("shift", moved.map(({ key }) => key), { byMs });
    else this.say("no_room", {}, "warn");
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

  // Where on the picture the subtitle stands, as on a keypad; without a number from below to above and back.
  setPlace(place = this.cue?.place > 6 ? 2 : 8) {
    const { cue } = this;
    if (!cue) return;
    this.write(cue.key, { place }, { isAtOnce: true });
    this.say("placed", { place: this.words.say(`place_${place}`) });
  }

  breakLines() {
    const { cue } = this;
    if (cue && this.hints.rules) this.write(cue.key, { text: this.hints.rules.breakLines(cue.text) });
  }

  // A cue as it once was.
  restore(key, { version, text, startMs, endMs, place, isDeleted }) {
    this.do("restore", [key], { version, fields: { text, startMs, endMs, place, isDeleted } });
  }

  addNote(key, text) {
    if (!this.config.mayEdit) return;
    this.store.do({ name: "note", key, keys: [key], text });
  }

  async settleNote(id, to) {
    const { status } = await this.sync.send("note", () => ({ do: to, id }));
    if (status !== 200) this.say("changed", {}, "bad");
  }
}
