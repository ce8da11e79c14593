// The trimmer: sliders, buttons and fields say the same two moments; the form sends the fields.
import { Words } from "./upload-words.js";

const LOOK_AGAIN_MILLISECONDS = 5000;
const LAST_SECONDS = 5;
const SHORTEST = 0.1;

const config = JSON.parse(document.querySelector('[data-part="trim-config"]').textContent);
const words = new Words(config.words, document.documentElement.lang);
const part = (name) => document.querySelector(`[data-part="${name}"]`);
const film = part("film");
const sound = document.querySelector(".trim-sound");
const chosen = { start: 0, end: config.whole };
let playsUntil = null;

function tenths(seconds) {
  return Math.round(seconds * 10) / 10;
}

function readFields(name, source = "value") {
  const [minutes, seconds] = ["minutes", "seconds"].map((unit) => Number(part(`${name}-${unit}`)[source]) || 0);
  return tenths(60 * minutes + seconds);
}

function writeFields(name) {
  const seconds = tenths(chosen[name]);
  part(`${name}-minutes`).value = Math.floor(seconds / 60);
  part(`${name}-seconds`).value = tenths(seconds % 60);
}

// Moves one end; the other keeps its place, and they never cross.
function choose(name, seconds, { isFromFields = false } = {}) {
  const [lowest, highest] = name === "start" ? [0, chosen.end - SHORTEST] : [chosen.start + SHORTEST, config.whole];
  chosen[name] = isFromFields ? seconds : Math.min(Math.max(seconds, lowest), highest);
  if (!isFromFields) writeFields(name);
  show();
  showPicture(name === "start" ? chosen.start : chosen.end - SHORTEST);
}

function show() {
  for (const name of ["start", "end"]) {
    part(name).value = chosen[name];
    part(name).setAttribute("aria-valuetext", clock(chosen[name]));
  }
  shade();
  tellLength();
}

function shade() {
  if (!sound) return;
  const width = sound.viewBox.baseVal.width;
  const x = (seconds) => (Math.min(Math.max(seconds / config.whole, 0), 1) * width).toFixed(1);
  part("cut-start").setAttribute("width", x(chosen.start));
  part("cut-end").setAttribute("x", x(chosen.end));
  part("cut-end").setAttribute("width", (width - x(chosen.end)).toFixed(1));
}

function tellLength() {
  const left = tenths(chosen.end - chosen.start);
  const said = part("left");
  const [name, by] = judge(left);
  said.textContent = words.say(name, { length: clock(left), by: clock(by) });
  said.classList.toggle("is-wrong", name !== "good");
}

function judge(left) {
  if (left <= 0) return ["backwards", 0];
  if (left > config.longest) return ["too_long", left - config.longest];
  if (left < config.shortest) return ["too_short", config.shortest - left];
  return ["good", 0];
}

// Minutes, seconds and, where there are any, tenths.
function clock(seconds) {
  const whole = Math.floor(tenths(seconds));
  const tenth = Math.round((tenths(seconds) - whole) * 10);
  const plain = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return tenth ? `${plain}.${tenth}` : plain;
}

function showPicture(seconds) {
  if (!film) return;
  playsUntil = null;
  film.pause();
  if (film.preload === "none") film.preload = "auto";
  film.currentTime = seconds;
}

function play(from, until) {
  film.currentTime = from;
  playsUntil = until;
  film.play().catch(() => {});
}

function followFilm() {
  if (playsUntil !== null && film.currentTime >= playsUntil) {
    film.pause();
    playsUntil = null;
  }
  if (!sound) return;
  const width = sound.viewBox.baseVal.width;
  part("place").setAttribute("x", ((film.currentTime / config.whole) * width).toFixed(1));
}

function listen() {
  for (const name of ["start", "end"]) {
    part(name).addEventListener("input", (event) => choose(name, Number(event.target.value)));
    for (const unit of ["minutes", "seconds"]) {
      part(`${name}-${unit}`).addEventListener("input", () => choose(name, readFields(name), { isFromFields: true }));
    }
  }
  for (const button of document.querySelectorAll("[data-nudge]")) {
    const { nudge, by } = button.dataset;
    button.addEventListener("click", () => choose(nudge, chosen[nudge] + Number(by)));
  }
  part("suggest").addEventListener("click", ({ currentTarget: { dataset } }) => {
    chosen.start = 0;
    choose("end", Number(dataset.end));
    choose("start", Number(dataset.start));
  });
  if (film) listenToFilm();
}

function listenToFilm() {
  part("start-here").addEventListener("click", () => choose("start", film.currentTime));
  part("end-here").addEventListener("click", () => choose("end", film.currentTime));
  part("play-part").addEventListener("click", () => play(chosen.start, chosen.end));
  part("play-end").addEventListener("click", () => play(Math.max(chosen.start, chosen.end - LAST_SECONDS), chosen.end));
  film.addEventListener("timeupdate", followFilm);
}

// What was chosen so far stays in the fields; the page is loaded again only where nothing was touched.
async function waitForCopy() {
  const said = part("copy-said");
  if (!said) return;
  const before = JSON.stringify(chosen);
  const answer = await fetch(config.status, { headers: { Accept: "application/json" } }).catch(() => null);
  const { state } = answer?.ok ? await answer.json() : { state: "making" };
  if (state === "making") {
    setTimeout(waitForCopy, LOOK_AGAIN_MILLISECONDS);
  } else if (state === "ready" && before === untouched) {
    location.reload();
  } else {
    said.textContent = config.words[state === "ready" ? "ready" : "failed"];
  }
}

// Fields may have been filled in before this script came: they count, and are not loaded away.
const untouched = JSON.stringify({ start: readFields("start", "defaultValue"), end: readFields("end", "defaultValue") });
chosen.start = readFields("start");
chosen.end = readFields("end");
for (const hidden of document.querySelectorAll('[data-part="sliders"], [data-part="tools"], [data-part="nudges"]')) {
  hidden.hidden = false;
}
listen();
show();
waitForCopy();
