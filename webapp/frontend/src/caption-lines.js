// Lines of a subtitle: two at most, about as long as each other, broken where the sentence lets go, as on the server
// (atoms.py, line_breaking.py).
import { gapCosts } from "./caption-gaps.js";
import { firstSign, graphemesOf, isVisible, lastSign, UNITS } from "./caption-tongue.js";

const SPACES = "\\t-\\r \\x85\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000";
const WORD = new RegExp(`([${SPACES}\\xa0\\u2007\\u202f]*)([^${SPACES}\\xa0\\u2007\\u202f]+)`, "gu");
const BREAKABLE = new RegExp(`[${SPACES}]`, "u");

// The text of a cue with its lines broken anew; more than two where it is too long for a cue.
export function breakLines(text, tongue) {
  const lines = new Lines(text, tongue);
  if (lines.fits(0, lines.count)) return lines.text(0, lines.count);
  const best = lines.bestBreak();
  const ends = best ? [best.at, lines.count] : lines.greedyEnds();
  return ends.map((end, index) => lines.text(ends[index - 1] ?? 0, end)).join("\n");
}

// The atoms of a text, which are never broken, and what fits into a line of them.
export class Lines {
  constructor(text, tongue) {
    this.limit = tongue.lineWidth * UNITS;
    const words = wordsOf(text, this.limit, tongue);
    this.atoms = words.map(({ text: word }) => word);
    this.count = words.length;
    this.gaps = gapCosts(words, tongue);
    this.joiners = words.map((word, index) => joiner(words[index - 1], word, tongue));
    this.joinerWidths = this.joiners.map((sign) => tongue.width(sign));
    this.sums = [0];
    words.forEach(({ text: word }, index) => {
      this.sums.push(this.sums[index] + this.joinerWidths[index] + tongue.width(word));
    });
  }

  text(start, end) {
    return this.atoms.slice(start, end).map((atom, index) => (index ? this.joiners[start + index] : "") + atom).join("");
  }

  width(start, end) {
    return start < end ? this.sums[end] - this.sums[start] - this.joinerWidths[start] : 0;
  }

  fits(start, end) {
    return this.width(start, end) <= this.limit;
  }

  breakCost(at) {
    const unlike = this.width(0, at) - this.width(at, this.count);
    return this.gaps[at] * 2 * this.limit + unlike * unlike;
  }

  bestBreak() {
    let best = null;
    for (let at = this.count - 1; at > 0 && this.fits(at, this.count); at -= 1) {
      const cost = this.breakCost(at);
      if (this.fits(0, at) && (best === null || cost < best.cost)) best = { cost, at };
    }
    return best;
  }

  greedyEnds() {
    const ends = [];
    for (let end = 1; end < this.count; end += 1) {
      if (!this.fits(ends[ends.length - 1] ?? 0, end + 1)) ends.push(end);
    }
    return [...ends, this.count];
  }
}

function wordsOf(text, limit, tongue) {
  const words = [];
  let space = "";
  for (const [, before, word] of text.matchAll(WORD)) {
    space += before;
    if (isVisible(word)) {
      for (const run of runsOf(word, tongue)) {
        cut(run, limit, tongue).forEach((piece, index) => {
          words.push({ text: piece, space, isCut: index > 0 });
          space = "";
        });
      }
      space = "";
    }
  }
  return words;
}

function runsOf(word, tongue) {
  if (![...word].some((sign) => tongue.isSpaceless(sign))) return [word];
  const runs = [];
  let run = "";
  for (const sign of graphemesOf(word)) {
    if (tongue.isSpaceless(sign)) {
      runs.push(...(run ? [run, sign] : [sign]));
      run = "";
    } else {
      run += sign;
    }
  }
  return run ? [...runs, run] : runs;
}

function cut(word, limit, tongue) {
  if (tongue.width(word) <= limit) return [word];
  const pieces = [];
  let piece = "";
  let room = 0;
  for (const sign of graphemesOf(word)) {
    if (room + tongue.width(sign) > limit) {
      const kept = goodEnd(piece, tongue.signs.word_cuts);
      pieces.push(piece.slice(0, kept));
      piece = piece.slice(kept);
      room = tongue.width(piece);
    }
    piece += sign;
    room += tongue.width(sign);
  }
  return [...pieces, piece];
}

function goodEnd(piece, cuts) {
  for (let end = piece.length; end > Math.floor(piece.length / 2); end -= 1) {
    if (cuts.includes(piece[end - 1])) return end;
  }
  return piece.length;
}

function joiner(before, word, tongue) {
  if (!before || !word.space) return "";
  if (!BREAKABLE.test(word.space)) return word.space;
  const runsOn = word.space.includes("\n") && tongue.isSpaceless(lastSign(before.text)) && tongue.isSpaceless(firstSign(word.text));
  return runsOn ? "" : " ";
}
