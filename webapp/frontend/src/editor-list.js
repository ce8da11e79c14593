// All cues in reading order. Rows out of sight cost nothing to draw (content-visibility in the style sheet), so that
// hundreds stay in the page for keyboards, screen readers and the browser's own search.
import { Row } from "./editor-row.js";

export class List {
  constructor(element, parts) {
    this.element = element;
    this.parts = parts;
    this.rows = new Map();
    this.current = "";
    this.onCurrent = () => {};
    element.addEventListener("focusin", ({ target }) => this.enter(target.closest("[data-key]")?.dataset.key));
  }

  // Everything anew, keeping rows that are there, and the focus.
  show() {
    const { store } = this.parts;
    const wanted = store.cues.map(({ key }) => this.rowOf(key).element);
    const lost = this.lost();
    for (const [key, row] of this.rows) {
      if (store.indexOf(key) >= 0) continue;
      row.element.remove();
      this.rows.delete(key);
    }
    wanted.forEach((element, index) => {
      const there = this.element.children[index];
      if (there !== element) this.place(element, there);
    });
    const spoken = this.spoken();
    store.cues.forEach(({ key }, index) => this.rows.get(key).show(index, spoken[index]));
    this.showNotes();
    if (lost) this.goOn(lost);
  }

  // Where the current cue was that is no longer there, and whether somebody was in it.
  lost() {
    const row = this.rows.get(this.current);
    if (!row || this.parts.store.indexOf(this.current) >= 0) return null;
    return { place: [...this.element.children].indexOf(row.element), hasFocus: row.element.contains(document.activeElement) };
  }

  goOn({ place, hasFocus }) {
    const { cues } = this.parts.store;
    const next = cues[Math.min(Math.max(0, place - 1), cues.length - 1)];
    if (!next) this.current = "";
    else if (hasFocus) this.go(next.key, { isWriting: false });
    else this.enter(next.key);
  }

  showSome(keys) {
    const { store } = this.parts;
    const spoken = keys.length ? this.spoken() : [];
    for (const key of keys) {
      const index = store.indexOf(key);
      if (index >= 0) this.rowOf(key).show(index, spoken[index]);
    }
  }

  // Moving an element takes its focus away: it gets it back, with the place in the text.
  place(element, before) {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    const selection = focused && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
    this.element.insertBefore(element, before ?? null);
    if (!focused) return;
    focused.focus({ preventScroll: true });
    if (selection) focused.setSelectionRange(...selection);
  }

  rowOf(key) {
    if (!this.rows.has(key)) this.rows.set(key, new Row(key, this.parts));
    return this.rows.get(key);
  }

  // What is said while each cue stands: its own source, or what the rules compare it with.
  spoken() {
    const { store, config, hints } = this.parts;
    if (!config.source) return store.cues.map(() => "");
    const beside = hints.spoken?.texts ?? [];
    return store.cues.map((cue, index) => {
      const own = store.source.get(cue.sourceKey);
      return own && !own.isDeleted ? own.text : beside[index] ?? "";
    });
  }

  showNotes() {
    const byKey = new Map();
    for (const note of this.parts.store.notes) byKey.set(note.key, [...(byKey.get(note.key) ?? []), note]);
    for (const [key, row] of this.rows) row.showNotes(byKey.get(key) ?? []);
  }

  // After a keystroke: the hints of the cue and its neighbours.
  showHints(keys) {
    for (const key of keys) this.rows.get(key)?.showHints();
  }

  // Who else is where, notes, and whether anything can be written.
  showPeople() {
    for (const [key, row] of this.rows) {
      const cue = this.parts.store.cue(key);
      if (cue) row.showTags(cue);
    }
    this.showNotes();
  }

  enter(key) {
    if (!key || key === this.current) return;
    this.rows.get(this.current)?.element.classList.remove("is-current");
    const before = this.current;
    this.current = key;
    this.rows.get(key)?.element.classList.add("is-current");
    this.onCurrent(key, before);
  }

  showPlaying(key) {
    if (key === this.playing) return;
    this.rows.get(this.playing)?.element.classList.remove("is-playing");
    this.rows.get(key)?.element.classList.add("is-playing");
    this.playing = key;
  }

  // To a cue: its text to write in, or beside it for single keys.
  go(key, { isWriting, place = null }) {
    const row = this.rows.get(key);
    if (!row) return;
    row.element.scrollIntoView({ block: "nearest" });
    (isWriting ? row.text : row.element).focus({ preventScroll: true });
    if (isWriting && place !== null) row.text.setSelectionRange(place, place);
  }

  // The cue that many steps further; null beyond the ends.
  step(by) {
    const { store } = this.parts;
    const at = store.indexOf(this.current);
    return store.cues[at < 0 ? 0 : at + by]?.key ?? null;
  }
}
