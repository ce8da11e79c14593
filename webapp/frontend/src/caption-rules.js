// Checks subtitles while they are written, by the rules and numbers of the server (lint.py): what it says here is what
// `presession captions lint` says. Cues are {startMs, endMs, text} in reading order; `text` has newlines between lines.
import { breakLines, Lines } from "./caption-lines.js";
import { lowerWords, missingNames } from "./caption-names.js";
import { differingNumbers, Numbers } from "./caption-numbers.js";
import { isVisible, ofLanguage, Tongue, UNITS } from "./caption-tongue.js";

const FARTHEST_MS = 2000;
const MOST_SIGNS = 200;

export class CaptionRules {
  // `data` comes with the page; `durationMs` is where the recording ends; `kind` is “transcript” or “interpretation”.
  constructor(data, { language, kind, durationMs = null, sourceLanguage = null }) {
    this.rules = data.rules;
    this.times = data.rules.milliseconds;
    this.tongue = new Tongue(data, language);
    this.speed = ofLanguage(data.rules.characters_per_second[kind], this.tongue.base);
    this.durationMs = durationMs;
    this.sourceTongue = sourceLanguage && new Tongue(data, sourceLanguage);
  }

  breakLines(text) {
    return breakLines(text, this.tongue);
  }

  // Characters a second that a reader has to manage.
  speedOf({ startMs, endMs, text }) {
    return (this.tongue.characters(text) * 1000) / (endMs - startMs);
  }

  // Everything wrong, as {rule, weight, cue, values}; `source` holds the cues of the words spoken.
  lint(cues, source = null) {
    const complaints = cues.flatMap((cue, index) => this.lintCue(cue, index, cues[index - 1]));
    if (source) {
      const spoken = this.spokenBeside(cues, source);
      complaints.push(...cues.flatMap((cue, index) => this.compare(index, cues, spoken)));
    }
    return complaints.sort((one, other) => one.cue - other.cue);
  }

  // What is wrong with one cue and its place after the one before.
  lintCue(cue, index, before) {
    const found = isVisible(cue.text) ? this.lines(cue.text) : [["empty"]];
    if (cue.endMs <= cue.startMs) found.push(["backwards"]);
    else found.push(...this.pace(cue), ...this.length(cue));
    found.push(...this.place(cue, before));
    return found.map(([rule, values = {}]) => this.complaint(rule, index, values));
  }

  // Numbers and names of one cue against what is said meanwhile, as `spokenBeside` gives it.
  compare(index, cues, { texts: spoken, lower }) {
    if (!isVisible(cues[index].text)) return [];
    const text = (cue) => cue.text.slice(0, MOST_SIGNS);
    const near = nearby(cues, index).map(text).join("\n");
    const nearSpoken = nearby(spoken, index).join("\n");
    const { missing, added } = differingNumbers(
      new Numbers(spoken[index], nearSpoken, this.sourceTongue),
      new Numbers(text(cues[index]), near, this.tongue),
    );
    const names = missingNames({ text: spoken[index], tongue: this.sourceTongue, lower }, near);
    return [
      ...missing.map((number) => this.complaint("number_missing", index, { number })),
      ...(nearSpoken.trim() ? added : []).map((number) => this.complaint("number_added", index, { number })),
      ...names.map((name) => this.complaint("name_missing", index, { name })),
    ];
  }

  // What is said while each cue stands, and all its words without capitals; to be asked for again when times change.
  // Each cue of the source goes to the one that has begun by its middle.
  spokenBeside(cues, source) {
    const texts = cues.map(() => []);
    for (const { startMs, endMs, text } of source) {
      const middle = Math.floor((startMs + endMs) / 2);
      const later = cues.findIndex((cue) => cue.startMs > middle);
      const at = Math.max(0, (later < 0 ? cues.length : later) - 1);
      const cue = cues[at];
      if (cue && cue.startMs - FARTHEST_MS <= middle && middle <= cue.endMs + FARTHEST_MS) texts[at].push(text);
    }
    const joined = texts.map((lines) => lines.join("\n").slice(0, MOST_SIGNS));
    return { texts: joined, lower: lowerWords(joined.join("\n")) };
  }

  lines(text) {
    const lines = text.split("\n");
    const { tongue } = this;
    const found = lines.length > this.rules.lines ? [["too_many_lines", { lines: lines.length, limit: this.rules.lines }]] : [];
    const widths = lines.map((line) => tongue.width(line) / UNITS);
    const tooLong = widths.flatMap((characters, index) =>
      characters > tongue.lineWidth ? [["line_too_long", { line: index + 1, characters, limit: tongue.lineWidth }]] : [],
    );
    return [...found, ...tooLong, ...(lines.length === 2 && !tooLong.length ? this.betterBreak(text, lines[0]) : [])];
  }

  betterBreak(text, first) {
    const { tongue } = this;
    const lines = new Lines(text, tongue);
    const at = new Lines(first, tongue).count;
    const best = lines.bestBreak();
    if (!best || at <= 0 || at >= lines.count || lines.breakCost(at) <= best.cost) return [];
    const better = breakLines(text, tongue).replaceAll("\n", " / ");
    const bad = this.rules.bad_break_cost;
    if (lines.gaps[at] >= bad && bad > lines.gaps[best.at]) return [["bad_break", { word: lines.atoms[at - 1], better }]];
    const unlike = Math.abs(lines.width(0, at) - lines.width(at, lines.count));
    return unlike > lines.limit / 2 && !lines.fits(0, lines.count) ? [["unbalanced", { better }]] : [];
  }

  pace(cue) {
    const speed = this.speedOf(cue);
    const { warn, stop } = this.speed;
    if (stop !== undefined && speed > stop) return [["too_fast", { speed, limit: stop }]];
    return speed > warn ? [["fast", { speed, limit: warn }]] : [];
  }

  length({ startMs, endMs }) {
    const shown = endMs - startMs;
    const { much_too_short: muchTooShort, shortest, longest } = this.times;
    if (shown < shortest) return [[shown < muchTooShort ? "too_short" : "short", seconds(shown, shortest)]];
    return shown > longest ? [["too_long", seconds(shown, longest)]] : [];
  }

  place({ startMs, endMs }, before) {
    const found = [];
    const gap = before ? startMs - before.endMs : this.times.gap;
    if (gap < 0) found.push(["overlap", { seconds: -gap / 1000 }]);
    else if (gap < this.times.gap) found.push(["small_gap", seconds(gap, this.times.gap)]);
    const late = this.durationMs === null ? 0 : endMs - this.durationMs;
    if (late > 0) found.push(["past_end", { seconds: late / 1000 }]);
    return found;
  }

  complaint(rule, cue, values) {
    return { rule, weight: this.rules.severity[rule], cue, values };
  }
}

function seconds(shown, limit) {
  return { seconds: shown / 1000, limit: limit / 1000 };
}

function nearby(all, index) {
  return all.slice(Math.max(0, index - 1), index + 2);
}
