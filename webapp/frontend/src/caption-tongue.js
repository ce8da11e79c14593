// What the rules for subtitles say of one language; and how much room its text takes: graphemes, wide and narrow signs.
// Widths count in units, two a character, as on the server.
export const UNITS = 2;

const INVISIBLE = /^[\p{Cf}\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u;
const VISIBLE = /[^\s\p{Cf}\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;
const NARROW = /^[!-~]$/;
const SIMPLE = /^[ -~\xa0-\xac\xae-\u02ff\u0370-\u03ff\u0400-\u0482\u048a-\u052f\u0620-\u064a\u2010-\u2027]*$/;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export class Tongue {
  // `data` is what the page got of the rules: numbers, words and how the names of countries begin.
  constructor(data, language) {
    const base = language.split("-")[0];
    this.base = base;
    this.signs = data.rules.characters;
    this.costs = data.rules.break_costs;
    this.lineWidth = ofLanguage(data.rules.line_width, base);
    this.hasWideScript = this.lineWidth !== data.rules.line_width.default;
    this.words = data.words.languages[base] ?? {};
    this.stems = data.place_stems[language] ?? [];
    this.scales = this.words.scales ?? {};
    this.hasScales = Object.keys(this.scales).length > 0;
    this.scalePattern = scalePattern(Object.keys(this.scales), Object.keys(this.signs.scale_signs));
    const numbers = this.words.numbers ?? {};
    this.months = new Set(Array.from({ length: 12 }, (_, month) => numbers[month + 1] ?? []).flat());
    this.pairs = new Set(this.signs.pairs.split(" "));
    this.mayEndSentence = data.words.may_end_sentence;
    this.percent = data.words.percent;
    this.sameNames = data.words.same_names;
    this.hasOrdinalDot = data.words.ordinal_dot.includes(base);
    this.hasCapitalNouns = base === "de";
    this.lists = {};
    const lists = ["conjunctions", "prepositions", "bound", "enclitics", "titles", "abbreviations", "articles", "links"];
    for (const name of [...lists, "person_titles"]) {
      this.lists[name] = new Set(this.words[name] ?? []);
    }
  }

  // Room that text without line ends takes, in units.
  width(text) {
    if (!this.hasWideScript && SIMPLE.test(text)) return UNITS * text.length;
    return graphemesOf(text).reduce((sum, sign) => sum + this.signWidth(sign), 0);
  }

  // What is to be read in a cue's text, in characters.
  characters(text) {
    return this.width(text.replaceAll("\n", this.hasWideScript ? "" : " ")) / UNITS;
  }

  signWidth(sign) {
    if (INVISIBLE.test(sign) && !/\s/.test(sign)) return 0;
    if (this.hasWideScript) return NARROW.test(sign) ? UNITS / 2 : UNITS;
    return isIn(sign, this.signs.wide) ? 2 * UNITS : UNITS;
  }

  isSpaceless(sign) {
    return isIn(sign, this.signs.spaceless);
  }
}

function scalePattern(words, signs) {
  const longestFirst = [...words].sort((one, other) => other.length - one.length).join("|") || "(?!)";
  return new RegExp(`[ \\xa0\\u202f]*(?:(${longestFirst})(?![\\p{L}\\p{Nl}\\p{No}])|([${signs.join("")}]))`, "iuy");
}

export function ofLanguage(values, base) {
  return values[base] ?? values.default;
}

export function isVisible(text) {
  return VISIBLE.test(text);
}

export function graphemesOf(text) {
  return [...graphemes.segment(text)].map(({ segment }) => segment);
}

export function isIn(sign, ranges) {
  const point = sign.codePointAt(0);
  return ranges.some(([from, to]) => from <= point && point <= to);
}

export function firstSign(text) {
  return String.fromCodePoint(text.codePointAt(0));
}

export function lastSign(text) {
  return [...text].pop();
}

// The text without any of the signs at its end, or at both.
export function stripEnd(text, signs) {
  let end = text.length;
  while (end > 0 && signs.includes(text[end - 1])) end -= 1;
  return text.slice(0, end);
}

export function stripStart(text, signs) {
  let start = 0;
  while (start < text.length && signs.includes(text[start])) start += 1;
  return text.slice(start);
}

export function strip(text, signs) {
  return stripStart(stripEnd(text, signs), signs);
}
