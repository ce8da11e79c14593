// The subtitles as this page knows them: what the server has, and over it what was done here and has not arrived yet.
import { applyDeed, contentsOf } from "./editor-deeds.js";

const SOME = 10;
const NOT_UNDONE = new Set(["note", "undo", "redo"]);

export class Store {
  constructor(state, outbox) {
    this.outbox = outbox;
    this.there = new Map();
    this.source = new Map();
    this.undone = []; // deeds that were taken back before they were sent; a null for each that the server took back
    this.aside = []; // words that could not be taken, for a person to see to
    this.version = -1;
    this.sourceVersion = -1;
    this.listeners = [];
    this.onDeed = () => {};
    this.take(state);
  }

  // `listener({keys, isOrder, isTimes, isMine})`: which cues are others now; whether their number or order are, or the
  // times of some; whether it was written here.
  listen(listener) {
    this.listeners.push(listener);
  }

  // An answer of the server: whatever it knows newer than this page. `deed`: what it was the answer to.
  take(state, deed = null) {
    const before = this.order;
    const keys = state.cues.filter((cue) => this.takeCue(cue)).map(({ key }) => key);
    for (const cue of state.sourceCues) this.source.set(cue.key, cue);
    if (state.version >= this.version) this.state = state;
    this.outdated = new Set(this.state.outdated);
    this.version = Math.max(this.version, state.version);
    this.sourceVersion = Math.max(this.sourceVersion, state.sourceVersion);
    if (deed) this.outbox.remove(deed, versionsOf(state.cues, this.there));
    const touched = [...new Set([...keys, ...(deed?.keys ?? [])])];
    this.renew();
    this.tell({ keys: touched, isOrder: this.order !== before || state.sourceCues.length > 0 || keys.length > SOME, isTimes: keys.length > 0 });
  }

  takeCue(cue) {
    const before = this.there.get(cue.key);
    if (before && before.version >= cue.version) return false;
    this.there.set(cue.key, cue);
    return true;
  }

  // Everything as it is seen here: what is there, and over it what waits.
  renew() {
    const taken = new Set(this.outbox.deeds.map(({ takes }) => takes));
    this.view = new Map(this.there);
    for (const deed of this.outbox.deeds) if (!taken.has(deed.id)) applyDeed(this.view, deed);
    this.sort();
  }

  sort() {
    const held = new Set(this.outbox.deeds.filter(({ theirs }) => theirs).map(({ key }) => key));
    const all = [...this.view.values()].filter(({ key, isDeleted }) => !isDeleted || held.has(key));
    this.cues = all.sort((one, other) => one.startMs - other.startMs || one.endMs - other.endMs);
    this.order = this.cues.map(({ key }) => key).join();
    this.places = new Map(this.cues.map(({ key }, index) => [key, index]));
    this.spoken = [...this.source.values()].filter((cue) => !cue.isDeleted).sort((one, other) => one.startMs - other.startMs);
  }

  // One cue as it is seen here.
  cue(key) {
    return this.view.get(key);
  }

  indexOf(key) {
    return this.places.get(key) ?? -1;
  }

  theirs(key) {
    return this.outbox.held(key)?.theirs ?? null;
  }

  get hasTheirs() {
    return this.outbox.deeds.some(({ theirs }) => theirs);
  }

  get isClosed() {
    return this.state.state === "approved";
  }

  get notes() {
    const waiting = this.outbox.deeds.filter(({ name }) => name === "note");
    return [...this.state.notes, ...waiting.map(({ key, text }) => ({ id: null, key, text, by: "", at: "", isResolved: false }))];
  }

  // Something is done with cues: seen at once, sent by and by.
  do(deed) {
    this.undone = [];
    return this.add(deed);
  }

  add(deed) {
    const was = contentsOf(this.view, deed.keys);
    const added = this.outbox.add({ ...deed, was }, this.there);
    this.show(added);
    return added;
  }

  show(deed) {
    const before = this.order;
    applyDeed(this.view, deed);
    deed.made = contentsOf(this.view, deed.keys);
    this.sort();
    const isTimes = deed.name !== "change" || "startMs" in deed.fields || "endMs" in deed.fields;
    this.tell({ keys: deed.keys, isOrder: this.order !== before || deed.name !== "change", isTimes, isMine: true });
    this.onDeed();
  }

  // What is written goes into the change that was begun in the same cue, or begins one.
  write(key, fields) {
    if (!this.view.has(key)) return;
    const held = this.outbox.held(key);
    const open = held && this.outbox.deeds.findLast(({ keys }) => keys.includes(key)) === held ? held : this.outbox.openFor(key);
    if (!open) {
      this.do({ name: "change", key, keys: [key], fields: { ...fields }, isOpen: true });
      return;
    }
    Object.assign(open.fields, fields);
    const isSame = !open.theirs && Object.entries(open.fields).every(([name, value]) => open.was[key]?.[name] === value);
    if (isSame) this.drop(open);
    else {
      this.show(open);
      this.outbox.onChange();
    }
  }

  // It goes no further: what follows has seen what is there.
  drop(deed) {
    this.outbox.remove(deed, versionsOf([], this.there));
    this.renew();
    this.tell({ keys: deed.keys, isOrder: true });
  }

  // Takes back the last thing done here that has not arrived: its cues, null where there is no such thing.
  takeBack() {
    const taken = new Set(this.outbox.deeds.map(({ takes }) => takes));
    const last = this.outbox.deeds.findLast(({ id, name, theirs }) => !NOT_UNDONE.has(name) && !theirs && !taken.has(id));
    if (!last) return null;
    if (last.tries) this.outbox.add({ name: "undo", takes: last.id, keys: last.keys, of: null }, this.there);
    else this.outbox.remove(last, versionsOf([], this.there));
    this.undone.push(last.tries ? null : last);
    this.renew();
    this.tell({ keys: last.keys, isOrder: true, isMine: true });
    this.onDeed();
    return last.keys;
  }

  // Does again what was taken back here: its cues, null where the server has to.
  doAgain() {
    const last = this.undone.pop();
    if (!last) return null;
    const { name, key, keys, fields, newKey, atSign, atMs, byMs, wanted, instead, version } = last;
    this.add({ name, key, keys, fields, newKey, atSign, atMs, byMs, wanted, instead, version });
    return keys;
  }

  // Somebody else changed the same: what is there now.
  learn(cues) {
    for (const cue of cues) this.there.set(cue.key, cue);
  }

  hold(deed, theirs) {
    this.outbox.hold(deed, theirs);
    this.renew();
    this.tell({ keys: deed.keys, isOrder: true });
  }

  // A person chose: what they wrote here goes over what the other wrote, or is dropped.
  keepMine(key) {
    const deed = this.outbox.held(key);
    if (!deed) return;
    const { theirs, seen } = deed;
    if (theirs.isDeleted) {
      const restore = { name: "restore", key, keys: [key], fields: {}, version: seen[key], seen: { [key]: theirs.version } };
      this.outbox.exchange(deed, [restore, { ...deed, theirs: null, seen: { [key]: null } }]);
    } else {
      this.outbox.exchange(deed, [{ ...deed, theirs: null, seen: { [key]: theirs.version } }]);
    }
    this.renew();
    this.tell({ keys: [key], isOrder: true });
    this.onDeed();
  }

  takeTheirs(key) {
    const deed = this.outbox.held(key);
    if (deed) this.drop(deed);
    this.onDeed();
  }

  // Deeds that an earlier page left.
  takeUp(deeds, aside) {
    this.outbox.takeUp(deeds);
    this.aside.push(...aside);
    this.renew();
    this.tell({ keys: [], isOrder: true });
    this.onDeed();
  }

  tell(change) {
    for (const listener of this.listeners) listener({ isMine: false, isTimes: false, ...change });
  }
}

function versionsOf(cues, there) {
  const answered = new Map(cues.map(({ key, version }) => [key, version]));
  return (key) => answered.get(key) ?? there.get(key)?.version ?? null;
}
