// What the rules say of every cue, kept up to date with as little work as a keystroke allows.
import { CaptionRules } from "./caption-rules.js";

export class Hints {
  constructor(config, store) {
    this.config = config;
    this.store = store;
    this.found = new Map();
    this.rules = null;
  }

  async load(ask) {
    const { status, answer } = await ask(this.config.addresses.rules, {});
    if (status !== 200) return false;
    const { language, kind, durationMs, source } = this.config;
    this.rules = new CaptionRules(answer, { language, kind, durationMs, sourceLanguage: source?.language ?? null });
    this.lintAll();
    return true;
  }

  lintAll() {
    if (!this.rules) return;
    this.besides();
    this.found = new Map();
    this.store.cues.forEach((_, index) => this.lintAt(index));
  }

  besides() {
    if (!this.rules) return;
    this.spoken = this.config.source ? this.rules.spokenBeside(this.store.cues, this.store.spoken) : null;
  }

  // A cue and those beside it; keys of all that may be judged otherwise now.
  lintNear(key) {
    if (!this.rules) return [];
    const index = this.store.indexOf(key);
    if (index < 0) return [];
    const near = [index - 1, index, index + 1].filter((at) => at >= 0 && at < this.store.cues.length);
    for (const at of near) this.lintAt(at);
    return near.map((at) => this.store.cues[at].key);
  }

  lintAt(index) {
    const { cues } = this.store;
    const found = this.rules.lintCue(cues[index], index, cues[index - 1]);
    if (this.spoken) found.push(...this.rules.compare(index, cues, this.spoken));
    this.found.set(cues[index].key, found);
  }

  of(key) {
    return this.found.get(key) ?? [];
  }

  // Cues to mend, to look at, and still without a word.
  count() {
    const kinds = { stops: 0, warnings: 0, open: 0 };
    for (const { key } of this.store.cues) {
      const all = this.of(key);
      if (all.some(({ rule }) => rule === "empty")) kinds.open += 1;
      else if (all.some(({ weight }) => weight === "stop")) kinds.stops += 1;
      else if (all.length) kinds.warnings += 1;
    }
    return kinds;
  }

  isToMend(key) {
    const cue = this.store.cue(key);
    return (cue.doubt !== null && cue.doubt >= this.config.doubtful) || this.store.theirs(key) !== null || this.of(key).some(({ weight }) => weight === "stop");
  }
}
