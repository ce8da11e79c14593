// Finding words in the subtitles and replacing them, here one after the other and everywhere by the server.

export class Find {
  constructor(form, { store, list, work, words }) {
    Object.assign(this, { form, store, list, work, words });
    this.said = form.querySelector('[data-part="find-said"]');
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.next();
    });
    form.querySelector('[data-find="all"]').addEventListener("click", () => this.replaceAll());
    form.querySelector('[data-find="one"]').addEventListener("click", () => this.replaceOne());
    form.querySelector('[data-find="close"]').addEventListener("click", () => this.close());
    form.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
  }

  open() {
    this.form.hidden = false;
    this.form.elements.wanted.focus();
    this.form.elements.wanted.select();
  }

  close() {
    this.form.hidden = true;
    this.list.go(this.list.current || this.store.cues[0]?.key, { isWriting: false });
  }

  get wanted() {
    return this.form.elements.wanted.value;
  }

  get found() {
    return this.wanted ? this.store.cues.filter(({ text }) => text.includes(this.wanted)) : [];
  }

  next() {
    const { found } = this;
    this.said.textContent = this.words.say("found", { number: found.length });
    const at = this.store.indexOf(this.list.current);
    const cue = found.find(({ key }) => this.store.indexOf(key) > at) ?? found[0];
    if (!cue) return;
    this.list.enter(cue.key);
    const { text, element } = this.list.rows.get(cue.key);
    element.scrollIntoView({ block: "center" });
    const from = cue.text.indexOf(this.wanted);
    text.setSelectionRange(from, from + this.wanted.length);
  }

  // In the subtitle that was found; then on to the next.
  replaceOne() {
    const { wanted } = this;
    const cue = this.store.cue(this.list.current);
    if (wanted && cue?.text.includes(wanted)) this.work.replace([cue.key], wanted, this.form.elements.instead.value);
    this.next();
  }

  replaceAll() {
    const { wanted, found } = this;
    if (!found.length) return this.next();
    const instead = this.form.elements.instead.value;
    const keys = found.map(({ key }) => key);
    if (this.work.replace(keys, wanted, instead)) this.said.textContent = this.words.say("replaced", { number: keys.length });
  }
}
