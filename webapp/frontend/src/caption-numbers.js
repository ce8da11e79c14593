// Numbers of the words spoken and of their interpretation: whether both say the same, as on the server (numbers.py).
import { readNumbers } from "./caption-numerals.js";

const ROMAN = /^([IVXLC]+)(?:e|è|er|ère|ème|º|ᵉ)?$/;
const ROMAN_DIGITS = { I: 1, V: 5, X: 10, L: 50, C: 100 };
const WORD = /[\p{L}\p{Nl}\p{No}]+/gu;
const HALF_DAY = /(?:^|[^\p{L}])[ap]\.?\s?m(?![\p{L}\p{N}])/iu;
const MAY_BE_ANY_WORD = 100;
const MOST_DIGITS = 9;
const ENDING_LETTERS = 4;

// Numbers of the source's cue that the target has not, and the other way round; both are `Numbers`.
export function differingNumbers(source, target) {
  const hasHalfDays = source.hasHalfDays || target.hasHalfDays;
  const unmatched = (from, to) => {
    const numbers = from.wanted().filter((number) => !to.has(number, hasHalfDays));
    return [...new Set(numbers.map(({ written }) => written))];
  };
  return { missing: unmatched(source, target), added: unmatched(target, source) };
}

// The numbers of one cue (`text`), and of that with its neighbours (`near`), in a language.
export class Numbers {
  constructor(text, near, tongue) {
    this.text = text;
    this.tongue = tongue;
    this.hasHalfDays = HALF_DAY.test(near);
    const numbers = readNumbers(near, tongue);
    this.words = wordsBeside(near, numbers, tongue.percent);
    this.near = new Set(numbers.flatMap(({ values, parts }) => [...values, ...parts]));
    for (const word of near.match(WORD) ?? []) {
      const roman = word.match(ROMAN);
      if (roman) this.near.add(String(romanValue(roman[1])));
    }
  }

  wanted() {
    const numbers = readNumbers(this.text, this.tongue);
    return [...new Map(numbers.map((number) => [[...number.values].sort().join(), number])).values()];
  }

  has({ values, parts }, hasHalfDays) {
    if (parts.length && parts.every((part) => this.hasValue(part, hasHalfDays))) return true;
    return values.some((value) => this.hasValue(value, hasHalfDays));
  }

  hasValue(value, hasHalfDays) {
    if ([value, ...kinOf(value, hasHalfDays)].some((other) => this.near.has(other)) || this.mayBeWritten(value)) return true;
    return !this.tongue.hasScales && [...this.near].some((other) => significant(other) === significant(value));
  }

  mayBeWritten(value) {
    if (value.includes(".")) return false;
    const number = Number(value.slice(0, MOST_DIGITS));
    const { words: table, scales } = this.tongue;
    if (!table.numbers) return number <= MAY_BE_ANY_WORD;
    if (number > MAY_BE_ANY_WORD && [...this.words].some((word) => word in scales)) return true;
    return keysOf(number, value).flatMap((key) => table.numbers[key] ?? []).some((word) => this.hasWord(word));
  }

  hasWord(word) {
    if ((word.match(WORD) ?? []).every((part) => this.words.has(part))) return true;
    return word.length >= ENDING_LETTERS && [...this.words].some((other) => other.endsWith(word));
  }
}

// Words that are no part of a number in digits, nor of “per cent”.
function wordsBeside(near, numbers, percent) {
  const kept = [];
  let reached = 0;
  for (const { start, end } of numbers) {
    kept.push(near.slice(reached, start));
    reached = end;
  }
  const rest = [...kept, near.slice(reached)].join(" ");
  const spoken = percent.reduce((text, phrase) => text.replaceAll(phrase, "%"), rest.toLowerCase());
  return new Set(spoken.match(WORD) ?? []);
}

// Other ways to say it: “1990s” and “les années 90”, 17 and 5 o'clock.
function kinOf(value, hasHalfDays) {
  const kin = [];
  if (/^(19|20)\d0$/.test(value)) kin.push(value.slice(2));
  if (/^\d0$/.test(value)) kin.push(`19${value}`, `20${value}`);
  if (hasHalfDays && /^\d{1,2}$/.test(value)) kin.push(String(Number(value) + 12), String(Number(value) - 12));
  return kin;
}

function significant(value) {
  return value.replace(".", "").replace(/^0+|0+$/g, "");
}

function keysOf(number, value) {
  const tens = Math.floor(number / 10) * 10;
  if (number > 100 && number < 1000) return [value, "100"];
  if (number <= 20 || number >= 100) return [value];
  return [value, String(tens), String(tens === 70 || tens === 90 ? tens - 10 : tens)];
}

function romanValue(digits) {
  const values = [...digits].map((digit) => ROMAN_DIGITS[digit]);
  return values.reduce((sum, value, index) => sum + (value < (values[index + 1] ?? 0) ? -value : value), 0);
}
