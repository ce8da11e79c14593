// What was done here and the server has not taken yet, oldest first. Each deed names the versions of cues that were
// seen; one that follows another of the same cue learns its version when that one has arrived.
const RENEWALS = 3;

export class Outbox {
  constructor() {
    this.deeds = [];
    this.onChange = () => {};
  }

  get size() {
    return this.deeds.length;
  }

  // Adds a deed; `there`: cues as the server has them.
  add(deed, there) {
    const seen = Object.fromEntries(deed.keys.map((key) => [key, this.isPending(key) ? null : there.get(key)?.version ?? null]));
    this.close();
    this.deeds.push({ id: newName(), seen, tries: 0, theirs: null, isOpen: false, ...deed });
    this.onChange();
    return this.deeds.at(-1);
  }

  isPending(key) {
    return this.deeds.some(({ keys }) => keys.includes(key));
  }

  // The last deed, as long as what a person goes on writing belongs to it.
  openFor(key) {
    const last = this.deeds.at(-1);
    return last?.isOpen && last.key === key && !last.tries ? last : null;
  }

  close() {
    const last = this.deeds.at(-1);
    if (last) last.isOpen = false;
  }

  // The first that can go: nothing before it waits that touches the same cues.
  next() {
    const waiting = new Set();
    for (const deed of this.deeds) {
      const isFree = !deed.theirs && !deed.isOpen && !deed.keys.some((key) => waiting.has(key)) && !(deed.takes && this.find(deed.takes));
      if (isFree) return deed;
      for (const key of deed.keys) waiting.add(key);
    }
    return null;
  }

  find(id) {
    return this.deeds.find((deed) => deed.id === id);
  }

  // Done, or dropped: what follows of the same cues has now seen these versions.
  remove(deed, versions) {
    const at = this.deeds.indexOf(deed);
    if (at < 0) return;
    this.deeds.splice(at, 1);
    for (const key of deed.keys) {
      const follower = this.deeds.slice(at).find(({ keys }) => keys.includes(key));
      if (follower && follower.seen[key] === null) follower.seen[key] = versions(key);
    }
    this.onChange();
  }

  // Puts others in the place of a deed.
  exchange(deed, others) {
    const at = this.deeds.indexOf(deed);
    const made = others.map((one) => ({ id: newName(), tries: 0, theirs: null, isOpen: false, ...one }));
    this.deeds.splice(at, 1, ...made);
    this.onChange();
  }

  // Somebody else wrote in the same cue: all that was written here in it until something else was done with it
  // becomes one change, which waits for a person's choice.
  hold(deed, theirs) {
    const at = this.deeds.indexOf(deed);
    for (const later of this.deeds.slice(at + 1)) {
      if (!later.keys.includes(deed.key)) continue;
      if (later.name !== "change" || later.tries) break;
      Object.assign(deed.fields, later.fields);
      this.deeds.splice(this.deeds.indexOf(later), 1);
    }
    Object.assign(deed, { theirs, tries: 0 });
    this.onChange();
  }

  held(key) {
    return this.deeds.find((deed) => deed.theirs && deed.key === key) ?? null;
  }

  // Deeds that say how much a thing moves, or what stands for what, hold for cues that others changed as well.
  renew(deed, there) {
    const alive = deed.keys.filter((key) => there.get(key) && !there.get(key).isDeleted);
    deed.renewed = (deed.renewed ?? 0) + 1;
    if (!alive.length || deed.renewed > RENEWALS) return false;
    deed.keys = alive;
    deed.seen = Object.fromEntries(alive.map((key) => [key, there.get(key).version]));
    deed.tries = 0;
    this.onChange();
    return true;
  }

  // Deeds of an earlier page, before all of this one.
  takeUp(deeds) {
    const touched = new Set(deeds.flatMap(({ keys }) => keys));
    for (const deed of this.deeds) for (const key of deed.keys) if (touched.has(key)) deed.seen[key] = null;
    for (const deed of deeds) Object.assign(deed, { theirs: null, isOpen: false });
    this.deeds.unshift(...deeds);
    this.onChange();
  }
}

export function newName() {
  return [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
