// The subtitles as this page knows them: what the server has, and over it what was written here and is not sent yet.
// A cue that was changed here and meanwhile by somebody else keeps both: `theirs` is what the other wrote.
const SOME = 10;
const FIELDS = ["text", "startMs", "endMs"];

export class Store {
  constructor(state) {
    this.there = new Map();
    this.mine = new Map(); // key -> {base, fields, theirs}
    this.source = new Map();
    this.version = -1;
    this.sourceVersion = -1;
    this.listeners = [];
    this.take(state);
  }

  // `listener({keys, isOrder, isTimes, isMine})`: which cues are others now; whether their number or order are, or the
  // times of some; whether it was written here.
  listen(listener) {
    this.listeners.push(listener);
  }

  // An answer of the server: whatever it knows newer than this page.
  take(state) {
    const before = this.order;
    const keys = state.cues.filter((cue) => this.takeCue(cue)).map(({ key }) => key);
    for (const cue of state.sourceCues) this.source.set(cue.key, cue);
    const isNewer = state.version >= this.version;
    if (isNewer) this.state = state;
    const outdated = new Set(this.state.outdated);
    this.outdated = outdated;
    this.version = Math.max(this.version, state.version);
    this.sourceVersion = Math.max(this.sourceVersion, state.sourceVersion);
    this.sort();
    this.tell({ keys, isOrder: this.order !== before || state.sourceCues.length > 0 || keys.length > SOME, isTimes: keys.length > 0 });
  }

  takeCue(cue) {
    const before = this.there.get(cue.key);
    if (before && before.version >= cue.version) return false;
    this.there.set(cue.key, cue);
    const mine = this.mine.get(cue.key);
    if (mine && !mine.isSent) this.compare(mine, cue);
    return true;
  }

  // Somebody changed a cue that was also changed here: what only they changed is taken, the rest is told.
  compare(mine, cue) {
    const changed = FIELDS.filter((name) => name in mine.fields && cue[name] !== mine.base[name] && cue[name] !== mine.fields[name]);
    if (changed.length || cue.isDeleted) mine.theirs = cue;
  }

  sort() {
    const all = [...this.there.values()].filter((cue) => !cue.isDeleted || this.mine.has(cue.key)).map(({ key }) => this.cue(key));
    this.cues = all.sort((one, other) => one.startMs - other.startMs || one.endMs - other.endMs);
    this.order = this.cues.map(({ key }) => key).join();
    this.places = new Map(this.cues.map(({ key }, index) => [key, index]));
    this.spoken = [...this.source.values()].filter((cue) => !cue.isDeleted).sort((one, other) => one.startMs - other.startMs);
  }

  // One cue as it is seen here.
  cue(key) {
    const there = this.there.get(key);
    return there && { ...there, ...this.mine.get(key)?.fields };
  }

  indexOf(key) {
    return this.places.get(key) ?? -1;
  }

  theirs(key) {
    return this.mine.get(key)?.theirs ?? null;
  }

  get hasTheirs() {
    return [...this.mine.values()].some(({ theirs }) => theirs);
  }

  get isClosed() {
    return this.state.state === "approved";
  }

  get hasUnsent() {
    return this.mine.size > 0;
  }

  // Something was written here; it is shown at once and sent by and by.
  write(key, fields) {
    const base = this.there.get(key);
    const mine = this.mine.get(key) ?? { base, fields: {}, theirs: null, isSent: false };
    Object.assign(mine.fields, fields);
    const isSame = !mine.isSent && !mine.theirs && FIELDS.every((name) => !(name in mine.fields) || mine.fields[name] === mine.base[name]);
    if (isSame) this.mine.delete(key);
    else this.mine.set(key, mine);
    const isTimes = "startMs" in fields || "endMs" in fields;
    const before = this.order;
    const index = this.indexOf(key);
    if (isTimes) this.sort();
    else if (index >= 0) this.cues[index] = this.cue(key);
    this.tell({ keys: [key], isOrder: this.order !== before, isTimes, isMine: true });
    return !isSame;
  }

  // A cue of this page's own, which the server does not know yet.
  add(cue) {
    this.there.set(cue.key, { sourceKey: "", version: 0, text: "", doubt: null, isMachine: false, isDeleted: false, byId: null, ...cue });
    this.sort();
    this.tell({ keys: [cue.key], isOrder: true });
  }

  // The server took no such cue.
  forget(key) {
    this.there.delete(key);
    this.mine.delete(key);
    this.sort();
    this.tell({ keys: [key], isOrder: true });
  }

  // What of a cue is to be sent; null where there is nothing, or where a person has to choose first.
  begin(key) {
    const mine = this.mine.get(key);
    if (!mine || mine.theirs) return null;
    if (!mine.base.version) mine.base = this.there.get(key); // it was new here, and the server knows it by now
    mine.isSent = true;
    return { seen: mine.base.version, fields: { ...mine.fields } };
  }

  // It arrived: what was written since then goes on from there.
  end(key, fields) {
    const mine = this.mine.get(key);
    if (!mine) return;
    for (const [name, value] of Object.entries(fields)) if (mine.fields[name] === value) delete mine.fields[name];
    mine.isSent = false;
    mine.base = this.there.get(key);
    if (!Object.keys(mine.fields).length) this.mine.delete(key);
    this.sort();
    this.tell({ keys: [key], isOrder: false });
  }

  // It was not taken, since somebody else changed the same.
  refuse(key, theirs) {
    const mine = this.mine.get(key);
    if (!mine) return;
    mine.isSent = false;
    mine.theirs = theirs;
    this.there.set(key, theirs);
    this.sort();
    this.tell({ keys: [key], isOrder: true });
  }

  // A person chose: what they wrote here goes over what the other wrote, or is dropped.
  keepMine(key) {
    const mine = this.mine.get(key);
    const { base, theirs } = mine;
    mine.base = theirs;
    mine.theirs = null;
    this.tell({ keys: [key], isOrder: true });
    return { base, theirs };
  }

  dropMine(key) {
    this.mine.delete(key);
    this.sort();
    this.tell({ keys: [key], isOrder: true });
  }

  tell(change) {
    for (const listener of this.listeners) listener({ isMine: false, isTimes: false, ...change });
  }
}
