// Names in the words spoken that an interpretation has not, as on the server (names.py).
const TOKEN = /(?:[\p{L}\p{Nl}\p{No}]+['’])?[\p{L}\p{N}]+(?:[-.’'][\p{L}\p{N}]+)*\.?/gu;
const ELISION = /^([\p{L}\p{Nl}\p{No}]+['’])(?=[\p{L}\p{N}])/u;
const CAPITAL = /^[\p{Lu}\p{Lt}]/u;
const LATIN = /^[A-Za-z\xc0-\u024f]/;
const STEM_LETTERS = 4;
const SHORTEST_NAME = 3;

// Names of the source text that are not in the target text (with its neighbours), as they are written.
export function missingNames(source, sourceTongue, target) {
  if (!sourceTongue.words.articles || !isLatin(target)) return [];
  const here = foldedWords(target);
  const groups = sourceTongue.sameNames.map((group) => new Set(group.map(fold)));
  return [...new Set(namesOf(source, sourceTongue))].filter((name) => !isThere(fold(name), here, groups));
}

// A word without capitals and accents, and without the English possessive.
export function fold(word) {
  const plain = word.toLowerCase().replaceAll("’", "'").normalize("NFD").replace(/\p{Mn}/gu, "");
  return plain.replace(/'s$/, "").replace(/[.']+$/, "");
}

function namesOf(text, tongue) {
  const tokens = tokensOf(text);
  const { common_capitals: common, titles, person_titles: personTitles } = tongue.words;
  const known = new Set([...common, ...titles, ...personTitles].map(fold));
  for (const { word, isCapital } of tokens) if (!isCapital) known.add(fold(word));
  return candidates(tokens, tongue.lists).filter((word) => {
    const key = fold(word);
    return key.length >= SHORTEST_NAME && !known.has(key) && !/^\p{Nd}/u.test(key) && !tongue.stems.some((stem) => key.startsWith(stem));
  });
}

// Words with a capital inside a sentence, without those behind an article, unless behind a title.
function candidates(tokens, { articles, links, person_titles: titles }) {
  const found = [];
  let isInstitution = false;
  tokens.forEach((token, index) => {
    const before = index && !token.followsBreak ? tokens[index - 1] : null;
    if (!token.isCapital) {
      isInstitution &&= links.has(token.word.toLowerCase()) && !token.followsBreak;
      return;
    }
    const article = token.elision || (before ? before.word.toLowerCase() : "");
    const goesOn = before !== null && (before.isCapital || isInstitution);
    isInstitution = articles.has(article) || (isInstitution && goesOn);
    if (before === null && !token.elision) return;
    if (!isInstitution || (before !== null && titles.has(before.word.toLowerCase()))) found.push(token.word);
  });
  return found;
}

function tokensOf(text) {
  const tokens = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const between = text.slice(end, match.index).replace(/^[ \n\xa0\u202f]+|[ \n\xa0\u202f]+$/g, "");
    const [, head = ""] = match[0].match(ELISION) ?? [];
    const elision = head && /^\p{Lu}/u.test(match[0].slice(head.length)) ? head : "";
    const word = match[0].slice(elision.length);
    const before = tokens[tokens.length - 1];
    const followsBreak = !before || between !== "" || (before.word.endsWith(".") && before.word.length > STEM_LETTERS);
    tokens.push({ word, elision: elision.toLowerCase().replaceAll("’", "'"), followsBreak, isCapital: CAPITAL.test(word) });
    end = match.index + match[0].length;
  }
  return tokens;
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
