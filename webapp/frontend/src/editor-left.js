// What a person is to know of words that did not go the straight way: found again on this device after a page was
// closed, or not taken by the server. Nothing of it goes away by itself.
import { clock } from "./editor-clock.js";
import { make } from "./editor-row.js";

export class Left {
  constructor(element, { store, safe, words, config }) {
    Object.assign(this, { element, store, safe, words, config });
    this.found = "";
    element.addEventListener("click", ({ target }) => target.dataset.left && this.close(target.dataset.left));
  }

  tookUp(number, savedAt) {
    if (!number) return this.show();
    const moment = new Date(savedAt).toLocaleString(this.words.language, { dateStyle: "medium", timeStyle: "short" });
    this.found = this.words.say("taken_up", { number: this.words.number(number, 0), moment });
    return this.show();
  }

  show() {
    const said = JSON.stringify([this.found, this.store.aside]);
    if (said === this.said) return;
    this.said = said;
    const { words } = this;
    const close = (what, name) => make("button", { type: "button", class: "button button-small", "data-left": what }, words.say(name));
    const found = this.found ? [make("div", { class: "note" }, make("p", {}, this.found), close("found", "close"))] : [];
    const aside = this.store.aside.map(({ text, atMs, sentence }, index) =>
      make(
        "div",
        { class: "note note-bad" },
        make("p", {}, words.say("laid_aside", { moment: atMs === null ? "–" : clock(atMs), sentence })),
        make("p", { class: "cue-theirs", lang: this.config.language, dir: "auto" }, text),
        close(String(index), "throw_away"),
      ),
    );
    this.element.replaceChildren(...found, ...aside);
    this.element.hidden = !found.length && !aside.length;
  }

  close(what) {
    if (what === "found") this.found = "";
    else this.store.aside.splice(Number(what), 1);
    this.safe.save();
    this.show();
  }
}
