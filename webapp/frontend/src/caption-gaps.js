// What it costs to break a subtitle between two words, as on the server (gaps.py).
import { firstSign, isIn, lastSign, strip, stripEnd, stripStart } from "./caption-tongue.js";

const INITIAL = /^[\p{L}\p{Nl}\p{No}]\.$/u;
const LIST_MARK = /^(?:\p{Nd}{1,2}[.)]|[•‣◦▪·*–—-])$/u;
const YEAR = /^\p{Nd}{4}(?!\p{Nd})/u;
const OF = ["de", "del", "d'", "di", "do"];
const BETWEEN_WORDS = ["plain", "preposition", "conjunction"];
const DIGIT_GROUP = /^(?:\P{Nd})?\p{Nd}{3}(?!\p{Nd})/u;
const NO_BREAK_SPACE = /^[\xa0\u2007\u202f]+$/;

// The cost of breaking before each word; words are {text, space, isCut}.
export function gapCosts(words, tongue) {
  let isFirst = true;
  return words.map((right, index) => {
    if (index === 0) return 0;
    let name = new Gap(words[index - 1].text, right, isFirst, tongue).name();
    if (BETWEEN_WORDS.includes(name) && isInsideNumber(words, index, tongue)) name = "bound";
    isFirst = name === "sentence";
    return tongue.costs[name];
  });
}

// Whether a date, or a number with a word like “million” and what is counted, goes on at the word `index`.
function isInsideNumber(words, index, tongue) {
  const [before, left, right, after] = [-2, -1, 0, 1].map((step) => words[index + step]?.text ?? "");
  const word = left.toLowerCase();
  if (Object.hasOwn(tongue.scales, word) && /\p{Nd}$/u.test(before)) return true;
  const isDay = /^\p{Nd}+$/u.test(left);
  const isDate = (isDay && tongue.months.has(after.toLowerCase())) || (tongue.months.has(word) && YEAR.test(after));
  return OF.includes(keyOf(right, tongue)) && isDate;
}

class Gap {
  constructor(left, right, isFirst, tongue) {
    this.left = left;
    this.word = right;
    this.right = right.text;
    this.isFirst = isFirst;
    this.tongue = tongue;
    this.signs = tongue.signs;
    this.ends = tongue.signs.closing + tongue.signs.quotes;
  }

  name() {
    if (this.word.isCut) return "inside_word";
    if (this.isGlued()) return "glued";
    const end = this.end();
    if (end) return end;
    const { tongue } = this;
    if (tongue.isSpaceless(lastSign(this.left)) || tongue.isSpaceless(firstSign(this.right))) return this.spaceless();
    return this.betweenWords();
  }

  isGlued() {
    const { left, right, signs } = this;
    if (NO_BREAK_SPACE.test(this.word.space)) return true;
    if (this.opens() || this.closes()) return true;
    if (signs.line_may_not_end.includes(lastSign(left)) || signs.line_may_not_start.includes(firstSign(right))) return true;
    if (this.tongue.lists.titles.has(plain(left).split("'").pop()) || (this.isFirst && LIST_MARK.test(left))) return true;
    if (INITIAL.test(left) && /^\p{Uppercase}/u.test(left)) return true;
    return /\p{Nd}$/u.test(left) && DIGIT_GROUP.test(right) && !/\p{Nd}{4}$/u.test(left);
  }

  opens() {
    const { opening, quotes } = this.signs;
    return opening.includes(lastSign(this.left)) || strip(this.left, opening + quotes) === "";
  }

  closes() {
    const { closing, sentence_ends, clause_ends } = this.signs;
    return closing.includes(firstSign(this.right)) || strip(this.right, this.ends + sentence_ends + clause_ends) === "";
  }

  end() {
    const bare = stripEnd(this.left, this.ends) || this.left;
    const last = lastSign(bare);
    if (this.signs.clause_ends.includes(last)) return "clause";
    if (!this.signs.sentence_ends.includes(last) || (last === "." && this.isShortened(bare))) return null;
    return /^\p{Lowercase}/u.test(stripStart(this.right, this.signs.opening + this.signs.quotes)) ? "clause" : "sentence";
  }

  isShortened(word) {
    const bare = stripStart(word, this.signs.opening + this.signs.quotes).toLowerCase();
    if (bare === ".") return true; // as in “พ.ศ.”
    if (this.tongue.mayEndSentence.includes(bare)) return !/^\p{Uppercase}/u.test(this.right);
    const { abbreviations, titles } = this.tongue.lists;
    if (abbreviations.has(bare) || titles.has(bare)) return true;
    if (this.tongue.hasOrdinalDot && /^\p{Nd}{1,2}\.$/u.test(bare)) return true;
    return strip(bare.slice(0, -1), ".").includes(".") && bare.split(".").every((part) => [...part].length <= 2);
  }

  spaceless() {
    const before = lastSign(this.left);
    const after = firstSign(this.right);
    if (this.word.space) return /\p{Nd}/u.test(before + after) ? "number" : "clause";
    const { thought_ends: thoughtEnds, thought_begins: thoughtBegins, katakana } = this.signs;
    if (this.tongue.pairs.has(before + after)) return "spaceless_bound";
    if (thoughtEnds.includes(before) && !thoughtEnds.includes(after)) return "spaceless_good";
    if (thoughtBegins.includes(after)) return "spaceless_good";
    const isNumber = /\p{Nd}/u.test(before + after);
    return isNumber || (isIn(before, katakana) && isIn(after, katakana)) ? "spaceless_bound" : "spaceless";
  }

  betweenWords() {
    const { left, right, tongue } = this;
    if (this.isBound()) return "bound";
    const key = keyOf(right, tongue);
    if (/\p{Nd}$/u.test(left) && Object.hasOwn(tongue.scales, key)) return "glued";
    if (/^[\p{Nd}%€$£]/u.test(right)) return "number";
    if (/\p{Nd}$/u.test(left)) return tongue.lists.prepositions.has(key) ? "plain" : "number";
    if (tongue.lists.enclitics.has(key)) return "bound";
    const areCapital = /^\p{Uppercase}/u.test(left) && /^\p{Uppercase}/u.test(right);
    if (!tongue.hasCapitalNouns && !this.isFirst && areCapital) return "name";
    if (tongue.lists.conjunctions.has(key) || (key.startsWith("و") && key.length > 3)) return "conjunction";
    return tongue.lists.prepositions.has(key) ? "preposition" : "plain";
  }

  isBound() {
    const { bound, prepositions, conjunctions } = this.tongue.lists;
    const key = plain(this.left.replace(/^[^\p{L}\p{N}]/u, "") || this.left);
    return [key, key.split("'").pop()].some((word) => bound.has(word) || prepositions.has(word) || conjunctions.has(word));
  }
}

// The word by which a break is judged: “qu'” of “qu'il”, without quotation marks.
function keyOf(word, tongue) {
  const { opening, closing, quotes } = tongue.signs;
  const bare = plain(strip(word, opening + closing + quotes) || word);
  const head = bare.includes("'") ? `${bare.split("'")[0]}'` : bare;
  const { conjunctions, prepositions } = tongue.lists;
  return conjunctions.has(head) || prepositions.has(head) ? head : bare;
}

function plain(word) {
  return word.toLowerCase().replaceAll("’", "'");
}
