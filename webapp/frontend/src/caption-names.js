// Names in the words spoken that an interpretation has not, as on the server (names.py).
const TOKEN = /(?:[\p{L}\p{Nl}\p{No}]+['’])?[\p{L}\p{N}]+(?:[-.’'][\p{L}\p{N}]+)*\.?/gu;
const ELISION = /^([\p{L}\p{Nl}\p{No}]+['’])(?=[\p{L}\p{N}])/u;
const CAPITAL = /^[\p{Lu}\p{Lt}]/u;
const LATIN = /^[A-Za-z\xc0-\u024f]/;
const ROMAN_NUMBER = /^(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})$/;
const STEM_LETTERS = 4;
const SHORTEST_NAME = 3;
const known = new WeakMap();

// Names of the words spoken (`lower` are all their `lowerWords`) that are not in the target text with its neighbours.
export function missingNames({ text, tongue, lower }, target) {
  if (!tongue.words.articles || !isLatin(target)) return [];
  const here = foldedWords(target);
  const ofTongue = knownWords(tongue);
  return [...new Set(namesOf(text, tongue, ofTongue, lower))].filter((name) => !isThere(fold(name), here, ofTongue.groups));
}

// The words that a text has without a capital: they are no names where they have one.
export function lowerWords(text) {
  return new Set((text.match(TOKEN) ?? []).filter((word) => !CAPITAL.test(word)).map(fold));
}

// A word without capitals and accents, and without the English possessive.
export function fold(word) {
  const plain = word.toLowerCase().replaceAll("’", "'").normalize("NFD").replace(/\p{Mn}/gu, "");
  return plain.replace(/'s$/, "").replace(/[.']+$/, "");
}

// Titles of persons, all words that are no names though they have a capital, and groups of names for the same; folded.
function knownWords(tongue) {
  if (!known.has(tongue)) {
    const { common_capitals: capitals, titles, person_titles: personTitles } = tongue.words;
    known.set(tongue, {
      titles: new Set(personTitles.map(fold)),
      common: new Set([...capitals, ...titles, ...personTitles].map(fold)),
      groups: tongue.sameNames.map((group) => new Set(group.map(fold))),
    });
  }
  return known.get(tongue);
}

function namesOf(text, tongue, { titles, common }, lower) {
  const names = [];
  for (const run of runsOf(tokensOf(text, tongue.lists), tongue.lists, titles)) {
    const inner = run.filter(({ key, followsBreak }) => !followsBreak && !titles.has(key));
    const isInstitution = run[0].hasArticle || inner.some(({ key }) => common.has(key) || lower.has(key));
    for (const { word, key, isPerson, followsBreak } of run) {
      const isCandidate = isPerson || !(followsBreak || isInstitution || ROMAN_NUMBER.test(bare(word)));
      const isPlace = tongue.stems.some((stem) => key.startsWith(stem));
      if (isCandidate && key.length >= SHORTEST_NAME && !common.has(key) && !isPlace) names.push(bare(word));
    }
  }
  return names;
}

// Words with capitals that stand together, or with “of” and the like between them; articles are left out.
function runsOf(tokens, { articles, links }, titles) {
  const runs = [];
  let run = [];
  let before = "";
  for (const token of tokens) {
    const word = token.word.toLowerCase();
    if (token.followsBreak || !(token.isCapital || links.has(word))) {
      run = [];
      if (token.followsBreak) before = "";
    }
    if (token.isCapital && !articles.has(word)) {
      const last = run[run.length - 1];
      const hasArticle = articles.has(token.elision) || (articles.has(before) && !last);
      const isPerson = titles.has(fold(before)) || Boolean(last?.isPerson && last.word.toLowerCase() === before);
      if (!last) runs.push(run);
      run.push({ ...token, key: fold(token.word), hasArticle, isPerson });
    }
    before = word;
  }
  return runs;
}

function tokensOf(text, { titles, abbreviations }) {
  const tokens = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const between = text.slice(end, match.index).replace(/[ \n\xa0\u202f]+/g, "");
    const [, head = ""] = match[0].match(ELISION) ?? [];
    const elision = head && /^\p{Lu}/u.test(match[0].slice(head.length)) ? head : "";
    const word = match[0].slice(elision.length);
    const before = tokens.length ? tokens[tokens.length - 1].word : ".";
    const isShort = titles.has(before.toLowerCase()) || abbreviations.has(before.toLowerCase());
    const isInitial = [...before].length === 2 && CAPITAL.test(before);
    const endsSentence = before.endsWith(".") && !isShort && !isInitial;
    const followsBreak = !tokens.length || between !== "" || endsSentence;
    tokens.push({ word, elision: elision.toLowerCase().replaceAll("’", "'"), followsBreak, isCapital: CAPITAL.test(word) });
    end = match.index + match[0].length;
  }
  return tokens;
}

function bare(word) {
  return word.slice(0, -1).includes(".") ? word : word.replace(/\.+$/, "");
}

function isThere(name, here, groups) {
  if (here.some((word) => word.includes(name) || (word.length >= STEM_LETTERS && name.includes(word)))) return true;
  return groups.some((group) => group.has(name) && here.some((word) => group.has(word)));
}

function foldedWords(text) {
  const tokens = text.match(TOKEN) ?? [];
  return [...new Set(tokens.flatMap((token) => [fold(token), fold(token.replace(ELISION, ""))]))];
}

function isLatin(text) {
  const letters = text.match(/\p{L}/gu) ?? [];
  return letters.length > 0 && 2 * letters.filter((sign) => LATIN.test(sign)).length >= letters.length;
}
