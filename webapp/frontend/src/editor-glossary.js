// Terms with a settled form that stand in what is said: the form that is wanted, and whether the translation has one.
// A term may have gone into the subtitle before or after.
import { make } from "./editor-row.js";
import { holds, keysOf } from "./glossary-words.js";

export class Glossary {
  constructor({ config, words, store, list }) {
    Object.assign(this, { config, words, store, list });
    this.terms = new Map();
    this.sourceVersion = -1;
    this.keys = new Map();
  }

  // `ask(address, options)` resolves with {status, answer}; asked again when what is said has changed.
  async load(ask) {
    if (!this.config.source || this.sourceVersion === this.store.sourceVersion) return;
    this.sourceVersion = this.store.sourceVersion;
    const { status, answer } = await ask(this.config.addresses.terms, {});
    if (status !== 200) return;
    this.terms = new Map(Object.entries(answer.terms));
    this.showAll();
  }

  showAll() {
    this.store.cues.forEach((_, index) => this.showAt(index));
  }

  // These cues and those beside them.
  show(keys) {
    const near = new Set(keys.flatMap((key) => [-1, 0, 1].map((by) => this.store.indexOf(key) + by)));
    for (const index of near) if (this.store.cues[index]) this.showAt(index);
  }

  showAt(index) {
    const cue = this.store.cues[index];
    const row = this.list.rowOf(cue.key);
    const found = this.terms.get(cue.sourceKey) ?? [];
    if (!found.length && !row.terms) return;
    row.terms ??= row.hintList.parentNode.insertBefore(make("ul", { class: "cue-terms small" }), row.hintList);
    const told = found.map((term) => ({ ...term, isMissing: cue.text.trim() !== "" && this.isMissing(term, index) }));
    if (row.isNew("terms", told)) row.terms.replaceChildren(...told.map((term) => this.line(term)));
  }

  isMissing({ forms }, index) {
    const near = this.store.cues.slice(Math.max(0, index - 1), index + 2).flatMap(({ text }) => this.keysOf(text));
    return !forms.some((form) => holds(near, form));
  }

  keysOf(text) {
    if (!this.keys.has(text)) this.keys.set(text, keysOf(text));
    return this.keys.get(text);
  }

  line({ said, wanted, isMissing }) {
    const { source, language } = this.config;
    const missing = isMissing ? make("span", {}, ` – ${this.words.say("term_missing")}`) : null;
    const all = [make("span", { lang: source.language }, said), make("span", { "aria-hidden": "true" }, " → ")];
    return make("li", { class: isMissing ? "hint-warn" : "soft" }, ...all, make("b", { lang: language }, wanted.join(" | ")), missing);
  }
}
