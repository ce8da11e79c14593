// What a subtitle once was: who wrote it, when, and a button that makes it so again.
import { clock } from "./editor-clock.js";
import { make } from "./editor-row.js";

export class Past {
  constructor(dialog, { config, sync, work, list, words, say }) {
    Object.assign(this, { dialog, config, sync, work, list, words, say });
    this.place = dialog.querySelector('[data-part="past-list"]');
    dialog.addEventListener("close", () => this.list.go(this.key, { isWriting: false }));
    this.place.addEventListener("click", ({ target }) => target.dataset.version && this.takeBack(Number(target.dataset.version)));
  }

  async open(key) {
    if (!key) return;
    this.key = key;
    const { status, answer } = await this.sync.ask(`${this.config.addresses.earlier}?${new URLSearchParams({ key })}`, {});
    if (status !== 200) {
      this.say("later", {}, "warn");
      return;
    }
    this.revisions = answer.revisions;
    this.place.replaceChildren(...this.revisions.map((one, index) => this.line(one, index)));
    this.dialog.showModal();
  }

  line({ version, by, at, text, startMs, endMs, place, isDeleted }, index) {
    const { words, config } = this;
    const head = words.say("past_line", { name: by || words.say("program"), moment: at, start: clock(startMs), end: clock(endMs) });
    const button = make("button", { type: "button", class: "button button-small", "data-version": version }, words.say("past_again"));
    return make(
      "li",
      {},
      make("p", { class: "small soft" }, place === 2 ? head : `${head} · ${words.say(`place_${place}`)}`),
      make("p", { class: "cue-theirs", lang: config.language, dir: "auto" }, isDeleted ? words.say("past_removed") : text || words.say("past_empty")),
      index && config.mayEdit ? button : null,
    );
  }

  takeBack(version) {
    const was = this.revisions.find((one) => one.version === version);
    this.dialog.close();
    this.work.restore(this.key, was);
  }
}
