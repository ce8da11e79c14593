// The page on which subtitles are written: puts its parts together and passes on what a person does to them.
import { Bar } from "./editor-bar.js";
import { clock, readClock } from "./editor-clock.js";
import { Find } from "./editor-find.js";
import { Glossary } from "./editor-glossary.js";
import { Hints } from "./editor-hints.js";
import { listenForKeys } from "./editor-keys.js";
import { Left } from "./editor-left.js";
import { List } from "./editor-list.js";
import { Notes } from "./editor-notes.js";
import { Outbox } from "./editor-outbox.js";
import { Past } from "./editor-past.js";
import { Player } from "./editor-player.js";
import { make } from "./editor-row.js";
import { Safe } from "./editor-safe.js";
import { Sending } from "./editor-sending.js";
import { Store } from "./editor-store.js";
import { Sync } from "./editor-sync.js";
import { Timeline } from "./editor-timeline.js";
import { Work } from "./editor-work.js";
import { Wave } from "./editor-wave.js";
import { EditorWords } from "./editor-words.js";

const part = (name) => document.querySelector(`[data-part="${name}"]`);
const config = JSON.parse(part("editor-config").textContent);
const words = new EditorWords(config.words, document.documentElement.lang);
const store = new Store(config.state, new Outbox());
const sync = new Sync(config, store, new Sending({ store, meId: config.meId, say }));
const hints = new Hints(config, store);
const player = new Player(part("player"), config.beginsMs, part("player-problem"));
const list = new List(part("cues"), { config, words, store, hints });
const glossary = new Glossary({ config, words, store, list });
const wave = new Wave(config);
const timeline = new Timeline(part("timeline"), { config, store, hints, player, wave });
const work = new Work({ config, store, sync, hints, list, player, words, say });
const bar = new Bar({ config, store, sync, hints, work, list, words, say });
const notes = config.mayEdit ? new Notes({ list, work, words }) : null;
const safe = config.mayEdit && new Safe({ place: config.place, store, onTakenUp: (...found) => left.tookUp(...found) });
const left = new Left(part("left"), { store, safe, words, config });
const past = new Past(part("past"), { config, sync, work, list, words, say });
const find = part("find") && new Find(part("find"), { store, list, work, words });

// What just happened, in one line that screen readers hear.
function say(name, values = {}, tone = "calm") {
  const text = name in config.words ? words.say(name, values) : "";
  part("message").replaceChildren(...(text ? [make("p", { class: tone === "calm" ? "small" : `note note-${tone}` }, text)] : []));
}

function showAll() {
  list.show();
  part("no-cues").hidden = store.cues.length > 0;
  bar.showProblems();
  timeline.draw();
}

function showPlace() {
  const choice = part("place");
  if (choice && work.cue) choice.value = work.cue.place;
}

function follow(nowMs) {
  part("clock").textContent = clock(nowMs);
  const cue = store.cues.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
  list.showPlaying(cue?.key);
  const caption = part("caption");
  if (caption) {
    caption.hidden = !cue?.text;
    caption.dataset.place = cue?.place ?? "";
    if (caption.textContent !== (cue?.text ?? "")) caption.textContent = cue?.text ?? "";
  }
  timeline.follow(nowMs);
}

store.listen(({ keys, isOrder, isTimes, isMine }) => {
  if (isOrder) {
    hints.lintAll();
    showAll();
  } else {
    if (isTimes) hints.besides();
    list.showSome(keys);
    list.showHints(new Set(keys.flatMap((key) => hints.lintNear(key))));
    if (keys.length) bar.showProblems();
  }
  if (isOrder) glossary.showAll();
  else glossary.show(keys);
  glossary.load((...asked) => sync.ask(...asked));
  if (!isMine) list.showPeople();
  left.show();
  showPlace();
  bar.show();
  timeline.draw();
});
sync.onState = () => bar.showSent();

function nextProblem() {
  const from = store.indexOf(list.current);
  const inOrder = [...store.cues.slice(from + 1), ...store.cues.slice(0, from + 1)];
  const cue = inOrder.find(({ key }) => hints.isToMend(key)) ?? inOrder.find(({ text }) => !text.trim());
  if (cue) list.go(cue.key, { isWriting: true });
  else say("no_problem_left");
}

const deeds = {
  play: () => player.toggle(),
  play_cue: () => work.cue && player.play(work.cue.startMs, work.cue.endMs),
  play_from: () => player.play(work.cue?.startMs ?? player.nowMs),
  step: (by, isWriting) => {
    work.flush();
    const key = list.step(by);
    if (!key) return;
    list.go(key, { isWriting });
    if (!player.isPlaying) player.seek(store.cue(key).startMs);
  },
  enter: () => list.go(list.current || store.cues[0]?.key, { isWriting: true }),
  problem: nextProblem,
  help: () => part("help").showModal(),
  earlier: () => past.open(list.current),
  zoom_in: () => timeline.change(-1),
  zoom_out: () => timeline.change(1),
};
const writing = {
  place: () => work.setPlace(),
  insert: () => work.insert(),
  split: () => work.split(),
  merge: () => work.merge(),
  delete: () => work.delete(),
  confirm: () => work.confirm(),
  break_lines: () => work.breakLines(),
  start_here: () => work.setTimes({ startMs: player.nowMs }),
  end_here: () => work.setTimes({ endMs: player.nowMs }),
  nudge: (fields) => work.nudge(fields),
  undo: () => work.undo(),
  redo: () => work.redo(),
  note: () => notes.open(list.current),
  find: () => find.open(),
};
// Who only reads has the keys of the player alone.
for (const [name, deed] of Object.entries(writing)) deeds[name] = config.mayEdit ? deed : () => {};

document.addEventListener("click", ({ target }) => deeds[target.closest("[data-do]")?.dataset.do]?.());
// A press on a tool leaves the place in the text where it is.
document.addEventListener("mousedown", (event) => event.target.closest(".editor-tools [data-do]") && event.preventDefault());
listenForKeys(deeds, { list, player, toggle: part("keys-on") });

const rowOf = (target) => target.closest("[data-key]")?.dataset.key;
const onList = {
  play: (key) => {
    list.enter(key);
    player.play(store.cue(key).startMs, store.cue(key).endMs);
  },
  keep_mine: (key) => store.keepMine(key),
  take_theirs: (key) => store.takeTheirs(key),
  settle: (_, { note, to }) => work.settleNote(Number(note), to),
};
list.element.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-row]");
  if (button) onList[button.dataset.row]?.(rowOf(button), button.dataset);
});
list.element.addEventListener("input", ({ target }) => {
  if (target.dataset.row === "text") work.write(rowOf(target), { text: target.value });
});
list.element.addEventListener("change", ({ target }) => {
  if (!["start", "end"].includes(target.dataset.row)) return;
  const [key, name, ms] = [rowOf(target), `${target.dataset.row}Ms`, readClock(target.value)];
  if (ms !== null) work.setTimes({ [name]: ms }, key);
  target.value = clock(store.cue(key)[name]);
});
list.element.addEventListener("focusout", ({ target }) => {
  if (target.dataset.row !== "text") return;
  work.lastPlace.set(rowOf(target), target.selectionStart);
  work.flush();
});
list.onCurrent = (key) => {
  sync.cue = key;
  timeline.current = key;
  if (!player.isPlaying) timeline.follow(store.cue(key).startMs);
  timeline.draw();
  showPlace();
};
part("place")?.addEventListener("change", ({ target }) => work.setPlace(Number(target.value)));
timeline.onPick = (key) => list.go(key, { isWriting: false });
timeline.onChange = (key, fields, isLast = false) => {
  list.enter(key);
  work.write(key, fields, { isAtOnce: isLast });
};
part("shift")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const seconds = Number(event.target.elements.by.value.replace(",", "."));
  if (Number.isFinite(seconds) && seconds) work.shift(Math.round(seconds * 1000));
});
player.listen(follow);
part("timeline").setAttribute("aria-label", words.say("timeline"));
showAll();
bar.show();
follow(player.nowMs);
hints.load((...asked) => sync.ask(...asked)).then(showAll);
wave.load(async () => config.mayEdit && (await sync.post("waveform", {})).answer?.isComing);
glossary.load((...asked) => sync.ask(...asked));
