// The words of a text as settled terms are compared: without capitals, accents and endings of the plural, an
// abbreviation in capitals as it stands. The same as pipeline/captions/drafts/glossary.py.
const WORD = /[\p{L}\p{N}]+/gu;
const SHORTEST_WITH_ENDING = 4;

export function keysOf(text) {
  return (text.match(WORD) ?? []).map(keyOf);
}

export function holds(keys, form) {
  return keys.some((_, start) => form.every((key, step) => keys[start + step] === key));
}

function keyOf(word) {
  const isAbbreviation = word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase();
  if (isAbbreviation) return word;
  const bare = word.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "");
  return [...bare].length >= SHORTEST_WITH_ENDING ? withoutEnding(bare) : bare;
}

function withoutEnding(word) {
  const stem = word.replace(/[sx]$/, "").replace(/e$/, "");
  return stem.endsWith("y") ? `${stem.slice(0, -1)}i` : stem;
}
