// What is not sent yet is kept on this device, for a browser that breaks down or a page that is closed: for one
// account, statement and language, until the server has it. A page keeps its own; it takes up what pages left behind.
import { eachKept, keep, remove } from "./editor-kept.js";
import { newName } from "./editor-outbox.js";

const LONGEST_DAYS = 14;
const LOOKS_MILLISECONDS = [0, 300, 1000, 3000, 10_000];

export class Safe {
  constructor({ place, store, onTakenUp }) {
    Object.assign(this, { place, store, onTakenUp });
    this.name = `${place}/${newName()}`;
    store.outbox.onChange = () => this.save();
    navigator.locks?.request(this.name, () => new Promise(() => {})); // held as long as this page lives
    this.look();
  }

  // Writes what there is now; what changes while it is being written is written next.
  async save() {
    this.isAsked = true;
    if (this.isSaving) return;
    this.isSaving = true;
    while (this.isAsked) {
      this.isAsked = false;
      await this.write().catch(() => {}); // a browser that keeps nothing: the page still does, as long as it is open
    }
    this.isSaving = false;
  }

  write() {
    const { outbox, aside } = this.store;
    if (!outbox.size && !aside.length) return remove(this.name);
    return keep({ name: this.name, savedAt: Date.now(), deeds: structuredClone(outbox.deeds), aside: structuredClone(aside) });
  }

  // A page that is being left may still hold what it keeps for a moment, so it is looked for more than once.
  async look() {
    await forgetOld().catch(() => {});
    for (const wait of LOOKS_MILLISECONDS) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const left = await eachKept(`${this.place}/`).catch(() => []);
      for (const one of left) if (one.name !== this.name) await this.whenFree(one);
    }
  }

  whenFree(one) {
    if (!navigator.locks) return this.takeUp(one);
    return navigator.locks.request(one.name, { ifAvailable: true }, (lock) => (lock ? this.takeUp(one) : null));
  }

  async takeUp({ name, savedAt, deeds, aside }) {
    this.store.takeUp(deeds, aside);
    this.onTakenUp(deeds.length, savedAt);
    const isKept = await this.write().then(() => true, () => false);
    if (isKept) await remove(name);
  }
}

// What nobody opens any more, as of a statement that was withdrawn, stays no longer than this.
async function forgetOld() {
  const oldest = Date.now() - LONGEST_DAYS * 86_400_000;
  for (const { name, savedAt } of await eachKept("")) if (savedAt < oldest) await remove(name);
}
