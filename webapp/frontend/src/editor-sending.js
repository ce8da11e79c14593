// What a deed is as a request, and what becomes of it by the answer. Whatever the server does not take, no words of
// a person are dropped: they wait for a choice, are sent in another form, or are laid aside in sight.
const FINAL_TRIES = 1;

export class Sending {
  constructor({ store, meId, say }) {
    Object.assign(this, { store, meId, say });
  }

  get outbox() {
    return this.store.outbox;
  }

  // The next request, or null: {deed, address, body}.
  next() {
    const deed = this.outbox.next();
    if (!deed) return null;
    if (deed.takes && deed.of === null) {
      this.store.drop(deed); // what it was to take back never came to be
      return this.next();
    }
    for (const key of deed.keys) deed.seen[key] ??= this.store.there.get(key)?.version ?? null;
    deed.tries += 1; // from now on it may have arrived
    this.outbox.onChange();
    return { deed, ...bodyOf(deed, this.store.there) };
  }

  decided(deed, { status, answer }) {
    if (status === 200) this.took(deed, answer);
    else if (this.wasDone(deed, answer)) this.store.drop(deed);
    else this.refused(deed, status, answer);
  }

  took(deed, answer) {
    for (const undo of this.outbox.deeds) if (undo.takes === deed.id) undo.of = answer.undo.done;
    this.store.take(answer, deed);
  }

  // The request arrived before, and its answer was lost: all of its cues were changed by one change of this person.
  wasDone(deed, answer) {
    if (deed.tries <= FINAL_TRIES) return false;
    if (["undo", "redo"].includes(deed.name)) return true;
    const there = answer?.there ?? [];
    this.store.learn(there);
    const [first] = there;
    const isMine = ({ byId, version }) => byId === this.meId && version === first.version;
    return deed.name !== "change" && there.length > 0 && there.every((cue) => isMine(cue) && cue.version > (deed.seen[cue.key] ?? -1));
  }

  refused(deed, status, answer) {
    const there = answer?.there;
    if (there) this.store.learn(there);
    const { name, key } = deed;
    if (name === "change" && there) this.store.hold(deed, there[0]);
    else if (name === "change" && !this.store.there.has(key)) this.exchange(deed, [asNew(deed, key)]);
    else if (there && ["split", "merge"].includes(name)) this.exchange(deed, inParts(deed));
    else if (there && ["shift", "replace"].includes(name) && this.outbox.renew(deed, this.store.there)) this.store.renew();
    else this.giveUp(deed, there, answer?.sentence ?? "");
  }

  exchange(deed, others) {
    this.outbox.exchange(deed, others);
    this.store.renew();
    this.store.tell({ keys: deed.keys, isOrder: true });
  }

  giveUp(deed, there, sentence) {
    const text = deed.text ?? deed.fields?.text;
    if (text) this.store.aside.push({ text, atMs: deed.made?.[deed.key]?.startMs ?? null, sentence });
    this.store.drop(deed);
    this.say(there ? "changed" : "refused", { sentence }, "bad");
  }
}

// A cue that the subtitles do not have: its words come in as a new one.
function asNew({ made, keys, fields }, key) {
  const { startMs = 0, endMs = startMs + 2000, text = "" } = { ...made?.[key], ...fields };
  return { name: "insert", key, keys, fields: { startMs, endMs, text }, seen: { [key]: null }, made };
}

// Splitting and joining as the changes they are made of; each meets what others wrote by itself.
function inParts({ name, key, newKey, keys, seen, made, was }) {
  const change = (one, fields) => ({ name: "change", key: one, keys: [one], fields, seen: { [one]: seen[one] }, made, was });
  const { text, endMs } = made[name === "split" ? key : keys[0]];
  if (name === "split") {
    const { startMs, endMs: last, text: after } = made[newKey];
    return [change(key, { text, endMs }), { name: "insert", key: newKey, keys: [newKey], fields: { startMs, endMs: last, text: after }, seen: { [newKey]: null }, made, was }];
  }
  const rest = keys.slice(1).map((one) => ({ name: "delete", key: one, keys: [one], seen: { [one]: seen[one] }, made, was }));
  return [change(keys[0], { text, endMs }), ...rest];
}

function bodyOf(deed, there) {
  const { name, key, keys, fields = {} } = deed;
  if (name === "note") return { address: "note", body: { do: "add", key, text: deed.text } };
  const versionOf = (one) => deed.seen[one] ?? there.get(one)?.version ?? 0;
  const one = () => ({ key, seen: versionOf(key) });
  const all = () => ({ seen: Object.fromEntries(keys.map((each) => [each, versionOf(each)])) });
  const more = {
    change: () => ({ ...one(), ...named(fields) }),
    insert: () => ({ key, ...named(fields) }),
    delete: one,
    confirm: one,
    restore: () => ({ ...one(), version: deed.version }),
    split: () => ({ ...one(), at_sign: deed.atSign, at_ms: deed.atMs, new_key: deed.newKey }),
    merge: all,
    shift: () => ({ ...all(), by_ms: deed.byMs }),
    replace: () => ({ ...all(), wanted: deed.wanted, instead: deed.instead }),
    undo: () => ({ of: deed.of ?? 0 }),
    redo: () => ({ of: deed.of ?? 0 }),
  };
  return { address: "change", body: { deed: { deed: name, ...more[name]() } } };
}

function named({ text, startMs, endMs, place }) {
  return Object.fromEntries(Object.entries({ text, place, start_ms: startMs, end_ms: endMs }).filter(([, value]) => value !== undefined));
}
