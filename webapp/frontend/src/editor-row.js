// One cue in the list: its times, what is said, what is written, what the rules say, what others wrote, notes.
import { clock } from "./editor-clock.js";
import { plainText } from "./editor-deeds.js";

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export class Row {
  constructor(key, { config, words, store, hints }) {
    Object.assign(this, { key, config, words, store, hints });
    const { language, direction, source, mayEdit } = config;
    this.number = make("button", { type: "button", class: "cue-number number", "data-row": "play" });
    this.start = this.time("start");
    this.end = this.time("end");
    this.speed = make("span", { class: "cue-speed small number" });
    this.tags = make("span", { class: "cue-tags" });
    this.head = make("div", { class: "cue-head" }, this.number, this.start, make("span", { "aria-hidden": "true" }, "–"), this.end, this.speed, this.tags);
    this.source = source && make("p", { class: "cue-source", lang: source.language, dir: source.direction });
    this.text = make("textarea", { class: "cue-text", rows: 2, lang: language, dir: direction, maxlength: 2000, spellcheck: "true", readonly: !mayEdit, "data-row": "text" });
    this.hintList = make("ul", { class: "cue-hints small", id: `hints-${key}` });
    this.text.setAttribute("aria-describedby", this.hintList.id);
    this.conflict = make("div", { class: "cue-conflict note note-warn", hidden: true });
    this.notes = make("div", { class: "cue-notes" });
    const body = make("div", { class: "cue-body" }, this.source, this.text);
    this.element = make("li", { class: "cue", "data-key": key, tabindex: "-1", id: `cue-${key}` }, this.head, body, this.hintList, this.conflict, this.notes);
    this.element.classList.toggle("has-source", Boolean(source));
  }

  time(name) {
    return make("input", { class: "cue-time number", size: 8, inputmode: "decimal", autocomplete: "off", "data-row": name, readonly: !this.config.mayEdit });
  }

  // Everything of it, as it is now at this place in the list.
  show(index, spoken) {
    const cue = this.store.cues[index];
    const number = index + 1;
    const { words } = this;
    this.number.textContent = number;
    this.number.setAttribute("aria-label", words.say("play", { number }));
    this.element.setAttribute("aria-label", words.say("number", { number }));
    this.text.setAttribute("aria-label", words.say("text", { number }));
    for (const [name, ms] of [["start", cue.startMs], ["end", cue.endMs]]) {
      this[name].setAttribute("aria-label", words.say(name, { number }));
      if (this[name] !== document.activeElement) this[name].value = clock(ms);
    }
    // Blanks at the end of a line, which are not kept, stay as long as somebody writes there.
    const isWrittenIn = this.text === document.activeElement && plainText(this.text.value) === cue.text;
    if (this.text.value !== cue.text && !isWrittenIn) this.text.value = cue.text;
    this.text.rows = Math.max(2, cue.text.split("\n").length);
    if (this.source) this.source.textContent = spoken;
    this.showTags(cue);
    this.showTheirs();
    this.showHints(cue);
  }

  showTags(cue) {
    const { words, store, config } = this;
    const here = store.state.people.filter((one) => !one.isMe && one.cue === this.key);
    const [from, until] = config.shown ?? [0, Infinity];
    const isOutside = cue.endMs <= from * 1000 || cue.startMs >= until * 1000;
    this.element.classList.toggle("is-outside", isOutside);
    const told = [
      cue.doubt >= 1 ? ["bad", words.say("not_heard")] : cue.doubt !== null && cue.doubt >= config.doubtful ? ["warn", words.say("doubtful")] : null,
      cue.isMachine ? ["calm", words.say("machine")] : null,
      store.outdated.has(this.key) ? ["warn", words.say("outdated")] : null,
      cue.place !== 2 ? ["calm", words.say(`place_${cue.place}`)] : null,
      isOutside ? ["calm", words.say("outside")] : null,
      ...here.map(({ name }) => ["main", words.say("person_here", { name })]),
    ].filter(Boolean);
    for (const field of [this.text, this.start, this.end]) field.readOnly = !config.mayEdit || store.isClosed;
    if (!this.isNew("tags", told)) return;
    this.tags.replaceChildren(...told.map(([tone, text]) => make("span", { class: `badge badge-${tone}` }, text)));
  }

  showHints(cue = this.store.cue(this.key)) {
    const found = this.hints.of(this.key);
    const worst = found.some(({ weight }) => weight === "stop") ? "stop" : found.length ? "warn" : "none";
    this.element.dataset.worst = worst;
    if (this.isNew("hints", found)) {
      const line = (one) => make("li", { class: `hint-${one.weight}` }, this.words.complaint(one));
      this.hintList.replaceChildren(...found.map(line));
    }
    if (!this.hints.rules || !cue) return;
    const speed = cue.text ? this.words.rounded("speed", this.hints.rules.speedOf(cue)) : "";
    this.speed.textContent = speed && this.words.say("speed", { speed });
  }

  // Whether something is to be drawn anew: what stands already keeps focus and costs nothing.
  isNew(name, value) {
    const said = JSON.stringify(value);
    this.shown ??= {};
    const isSame = this.shown[name] === said;
    this.shown[name] = said;
    return !isSame;
  }

  showTheirs() {
    const theirs = this.store.theirs(this.key);
    this.conflict.hidden = !theirs;
    if (!this.isNew("theirs", theirs) || !theirs) return;
    const { words } = this;
    const name = this.store.state.people.find(({ id }) => id === theirs.byId)?.name ?? words.say("somebody");
    const mine = this.store.outbox.held(this.key);
    const said = theirs.isDeleted
      ? [make("p", {}, words.say("theirs_deleted", { name }))]
      : "text" in mine.fields
        ? [make("p", {}, words.say("theirs", { name })), make("p", { class: "cue-theirs", lang: this.config.language, dir: "auto" }, theirs.text)]
        : [make("p", {}, words.say("theirs_times", { name, start: clock(theirs.startMs), end: clock(theirs.endMs) }))];
    const button = (deed) => make("button", { type: "button", class: "button button-small", "data-row": deed }, words.say(deed));
    this.conflict.replaceChildren(...said, make("div", { class: "row" }, button("keep_mine"), button("take_theirs")));
  }

  // Open notes with a button each; those that were dealt with below them.
  showNotes(notes) {
    const { words, config } = this;
    if (!this.isNew("notes", notes)) return;
    const line = (note) =>
      make(
        "li",
        { class: note.isResolved ? "is-done" : "" },
        make("span", { dir: "auto" }, note.text),
        make("span", { class: "small soft" }, ` ${note.id === null ? words.say("note_waits") : words.say("note_by", { name: note.by, moment: note.at })} `),
        config.mayEdit && note.id !== null
          ? make("button", { type: "button", class: "button button-small", "data-row": "settle", "data-note": note.id, "data-to": note.isResolved ? "reopen" : "resolve" }, words.say(note.isResolved ? "note_reopen" : "note_done"))
          : null,
      );
    this.notes.replaceChildren(...(notes.length ? [make("ul", { class: "plain-list" }, ...notes.map(line))] : []));
  }
}
