// Writing a note on a cue: a small form below it.
import { make } from "./editor-row.js";

export class Notes {
  constructor({ list, work, words }) {
    Object.assign(this, { list, work, words });
  }

  open(key) {
    const row = this.list.rows.get(key);
    if (!row) return;
    this.form?.remove();
    const field = make("textarea", { rows: 2, maxlength: 1000, dir: "auto", id: "new-note" });
    const label = make("label", { for: "new-note" }, this.words.say("note_label"));
    const send = make("button", { class: "button button-small" }, this.words.say("note_send"));
    this.form = make("form", { class: "cue-note field" }, label, field, send);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(key, field.value);
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close(key);
    });
    row.element.append(this.form);
    field.focus();
  }

  send(key, text) {
    if (!text.trim()) return;
    this.work.addNote(key, text.trim());
    this.close(key);
  }

  close(key) {
    this.form.remove();
    this.list.go(key, { isWriting: false });
  }
}
