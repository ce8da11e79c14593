// What each deed makes of the cues, as the server will: so that it is seen here at once, with or without a connection.
const PLAIN = ["text", "startMs", "endMs", "place", "isDeleted"];
const USUAL_PLACE = 2;

// `cues`: Map of key to cue; the cues that a deed touches are put in anew, none is changed in place.
export function applyDeed(cues, deed) {
  DO[deed.name]?.(cues, deed);
}

// What the touched cues hold that a person made: of these the deed can be made again in smaller ones.
export function contentsOf(cues, keys) {
  const there = keys.filter((key) => cues.has(key));
  return Object.fromEntries(there.map((key) => [key, Object.fromEntries(PLAIN.map((name) => [name, cues.get(key)[name]]))]));
}

export function emptyCue(key) {
  return { key, sourceKey: "", version: 0, startMs: 0, endMs: 0, text: "", place: USUAL_PLACE, doubt: null, isMachine: false, isDeleted: false, byId: null };
}

// The lines of a cue as they are kept: none blank, no blanks at their ends.
export function plainText(text) {
  const lines = text.split(/\r\n|[\r\n\u2028\u2029]/).map((line) => line.trim());
  return lines.filter((line) => line).join("\n");
}

const DO = {
  change: (cues, { key, fields }) => put(cues, key, fields),
  insert: (cues, { key, fields }) => cues.set(key, { ...emptyCue(key), ...fields }),
  delete: (cues, { key }) => put(cues, key, { isDeleted: true }),
  confirm: (cues, { key }) => put(cues, key, { doubt: null, isMachine: false }),
  restore: (cues, { key, fields }) => put(cues, key, { isDeleted: false, ...fields }),
  split(cues, { key, newKey, atSign, atMs }) {
    const cue = cues.get(key);
    if (!cue) return;
    const signs = [...cue.text];
    const [before, after] = [signs.slice(0, atSign).join(""), signs.slice(atSign).join("")];
    put(cues, key, { text: plainText(before), endMs: atMs });
    cues.set(newKey, { ...emptyCue(newKey), sourceKey: cue.sourceKey, place: cue.place, startMs: atMs, endMs: cue.endMs, text: plainText(after) });
  },
  merge(cues, { keys }) {
    const parts = keys.map((key) => cues.get(key)).filter(Boolean);
    for (const { key } of parts.slice(1)) put(cues, key, { isDeleted: true });
    const text = parts.map((cue) => plainText(cue.text)).filter((one) => one).join("\n");
    if (parts.length) put(cues, keys[0], { text, endMs: Math.max(...parts.map(({ endMs }) => endMs)) });
  },
  shift(cues, { keys, byMs }) {
    for (const key of keys) {
      const cue = cues.get(key);
      if (cue) put(cues, key, { startMs: cue.startMs + byMs, endMs: cue.endMs + byMs });
    }
  },
  replace(cues, { keys, wanted, instead }) {
    for (const key of keys) {
      const cue = cues.get(key);
      if (cue?.text.includes(wanted)) put(cues, key, { text: cue.text.replaceAll(wanted, () => instead) });
    }
  },
};

function put(cues, key, fields) {
  const cue = cues.get(key);
  if (!cue) return;
  const next = { ...cue, ...fields };
  if (next.text !== cue.text) next.isMachine = false;
  if (next.startMs !== cue.startMs || next.endMs !== cue.endMs) next.doubt = null;
  cues.set(key, next);
}
