// The takes of this statement that this browser keeps: those of earlier visits, broken off or not, and today's.
import { keepAwake } from "./upload-awake.js";
import { TakeItem } from "./recorder-item.js";
import { config, firstButton, part, say, words } from "./recorder-page.js";

export class TakeList {
  // `onHandedIn()` is called once a take is a recording, and nothing is kept here any more.
  constructor({ store, onHandedIn }) {
    Object.assign(this, { store, onHandedIn });
    this.items = [];
    this.numbers = 0;
    this.making = null;
    this.isOver = false;
    part("forget").addEventListener("click", () => this.askToForget());
  }

  async load() {
    for (const take of await this.store.takes()) this.add(take, !take.isWhole);
    // Whoever closed the page while a take was handed in wants it handed in.
    for (const item of this.items) {
      item.take.isWhole = true;
      if (item.take.isChosen) item.handIn();
    }
  }

  isInMaking(take) {
    return this.making?.take === take;
  }

  // The list's own words about what was just done.
  say(text) {
    say(part("takes-said"), text);
  }

  add(take, isBrokenOff = false) {
    this.numbers += 1;
    const item = new TakeItem({ take, number: this.numbers, store: this.store, list: this, isBrokenOff });
    this.items.push(item);
    part("take-list").prepend(item.element);
    this.changed();
    return item;
  }

  // A take has begun: it is shown once it has a first slice.
  begin(take) {
    this.making = { take, item: null };
    this.changed();
  }

  grow(take, isSentAlong) {
    this.making.item ??= this.add(take);
    if (isSentAlong) this.making.item.send();
    this.making.item.show();
  }

  end() {
    const { item } = this.making;
    this.making = null;
    item?.show();
    item?.sender?.wake();
    this.changed();
    item?.part("take-title").focus();
    return item !== null;
  }

  // A statement has room for one upload that is under way: this one's. What others sent the server has given up.
  beforeSending(chosen) {
    for (const item of this.items) {
      if (item === chosen) continue;
      item.take.isChosen = false;
      item.sender?.leave();
      item.sender = null;
      item.show();
    }
  }

  async handedIn(chosen) {
    if (this.isOver) return;
    this.isOver = true;
    keepAwake(false);
    for (const item of this.items) {
      if (item !== chosen) item.sender?.leave();
      await this.store.remove(item.take).catch(() => {});
    }
    this.items = [];
    this.onHandedIn();
  }

  removed(item, name) {
    this.items = this.items.filter((other) => other !== item);
    item.element.remove();
    this.say(words.say(name));
    this.changed();
    (this.items[this.items.length - 1]?.part("take-title") ?? firstButton()).focus();
  }

  changed() {
    part("takes").hidden = this.items.length === 0 && part("takes-said").textContent === "";
    part("forget").hidden = part("takes-hint").hidden = this.items.length === 0 || this.making !== null;
    keepAwake(this.isSending || this.making !== null);
  }

  get isSending() {
    return this.items.some((item) => item.sender?.isBusy);
  }

  // Whether closing the page would interrupt something, or lose it.
  get isBusy() {
    return this.isSending || this.items.some((item) => this.store.inMemory.has(item.take.id));
  }

  async askToForget() {
    if (!window.confirm(words.say("really_forget"))) return;
    for (const item of [...this.items]) if (!this.isInMaking(item.take)) await item.discard();
    this.say(words.say("forgotten"));
  }
}
