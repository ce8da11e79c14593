// The transcript beside the video: what is said in the chosen language, line by line. It follows the video, is searched,
// and each line leads to its moment. Nothing of it is fetched before somebody watches or turns to it.
import { shownLanguage, showLanguage, wantedLanguage } from "./player-subtitles.js";
import { readCues } from "./player-vtt.js";

const PATIENCE_MILLISECONDS = 4000; // the first pictures come first

export class Transcript {
  #section;
  #lines;
  #select;
  #search;
  #follow;
  #said;
  #places;
  #watch;
  #shown = []; // lines in order: { at, ends, button, words }
  #current = null;
  #language = "";
  #hasBegun = false;

  // `watch` tells of the video: { video, alone(), seek(place, seconds) }.
  constructor(section, places, watch) {
    this.#section = section;
    this.#places = places;
    this.#watch = watch;
    this.#lines = section.querySelector(".lines");
    this.#select = section.querySelector("select");
    this.#search = section.querySelector("input[type=search]");
    this.#follow = section.querySelector(".follow");
    this.#said = section.querySelector("output");
    for (const part of section.querySelectorAll(".tools, .lines")) part.hidden = false;
    this.#listen();
    this.languageChosen(wantedLanguage());
  }

  // Another language was chosen in the player; what it has no text in changes nothing.
  languageChosen(language) {
    if (![...this.#select.options].some(({ value }) => value === language)) return;
    this.#select.value = language;
    this.streamChosen();
  }

  // The programme or one statement alone: other lines, or other times.
  streamChosen() {
    if (this.#hasBegun) this.#show();
  }

  async #show() {
    this.#hasBegun = true;
    const language = (this.#language = this.#select.value);
    const alone = this.#watch.alone();
    this.#shown = [];
    this.#current = null;
    this.#lines.replaceChildren();
    this.#lines.lang = language;
    for (const place of alone ? [alone] : this.#places) {
      const cues = await cuesOf(place, language);
      if (language !== this.#language || alone !== this.#watch.alone()) return;
      this.#append(place, cues, alone ? 0 : Number(place.dataset.starts));
    }
    if (!this.#shown.length) this.#lines.append(element("p", "quiet", this.#section.dataset.none));
    this.#find();
    this.#mark();
  }

  #listen() {
    const { video } = this.#watch;
    const begin = () => this.#hasBegun || this.#show();
    video.addEventListener("playing", () => setTimeout(begin, PATIENCE_MILLISECONDS), { once: true });
    for (const sign of ["pointerdown", "focusin"]) this.#section.addEventListener(sign, begin, { once: true });
    video.addEventListener("timeupdate", () => this.#mark());
    this.#lines.addEventListener("click", ({ target }) => this.#go(target.closest("button")));
    this.#lines.addEventListener("keydown", (event) => this.#move(event));
    this.#search.addEventListener("input", () => this.#find());
    this.#select.addEventListener("change", () => {
      if (shownLanguage(video)) showLanguage(video, this.#select.value);
      this.#show();
    });
  }

  #append(place, cues, offset) {
    const heading = element("h3", "", place.querySelector(".organisation").textContent);
    heading.dir = "auto";
    const mark = fileOf(place, this.#language)?.dataset.mark;
    if (mark) heading.append(" ", element("small", "", `(${mark})`));
    const list = document.createElement("ol");
    for (const cue of cues) list.append(this.#line(place, cue, offset));
    this.#lines.append(heading, list);
  }

  #line(place, cue, offset) {
    const button = element("button");
    button.type = "button";
    button.tabIndex = this.#shown.length ? -1 : 0;
    const words = element("span", "", cue.text);
    words.dir = "auto";
    button.append(element("span", "time", clock(cue.start + offset)), words);
    const line = { at: cue.start + offset, ends: cue.end + offset, own: cue.start, place, button, words: plain(cue.text) };
    this.#shown.push(line);
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  #go(button) {
    const line = this.#shown.find((each) => each.button === button);
    if (!line) return;
    this.#reach(button);
    this.#watch.seek(line.place, line.own);
  }

  #move(event) {
    const visible = this.#shown.filter(({ button }) => !button.parentNode.hidden).map(({ button }) => button);
    const here = visible.indexOf(document.activeElement);
    const ways = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: visible.length - 1 };
    const target = visible[ways[event.key]];
    if (here < 0 || !target) return;
    event.preventDefault();
    this.#reach(target);
    target.focus();
  }

  // One line at a time is in the order of the tabulator; arrows go on from there.
  #reach(button) {
    for (const each of this.#lines.querySelectorAll("button[tabindex='0']")) each.tabIndex = -1;
    button.tabIndex = 0;
  }

  #find() {
    const wanted = plain(this.#search.value.trim());
    let found = 0;
    for (const { button, words } of this.#shown) {
      const isFound = words.includes(wanted);
      button.parentNode.hidden = !isFound;
      found += isFound;
    }
    this.#said.textContent = wanted ? this.#section.dataset.found.replace("{count}", found) : "";
    const first = this.#shown.find(({ button }) => !button.parentNode.hidden);
    if (first) this.#reach(first.button);
  }

  #mark() {
    const now = this.#watch.video.currentTime + 0.05;
    const current = this.#shown.filter(({ at }) => at <= now).pop() ?? null;
    const spoken = current && now <= current.ends + 2 ? current : null;
    if (spoken === this.#current) return;
    this.#current?.button.removeAttribute("aria-current");
    this.#current = spoken;
    spoken?.button.setAttribute("aria-current", "true");
    if (spoken && this.#mayFollow()) this.#bring(spoken.button);
  }

  // Never away from under somebody who reads, searches or goes through the lines.
  #mayFollow() {
    return this.#follow.checked && !this.#search.value && !this.#lines.contains(document.activeElement);
  }

  #bring(button) {
    const box = this.#lines.getBoundingClientRect();
    const { top, height } = button.getBoundingClientRect();
    this.#lines.scrollTop += top - box.top - (box.height - height) / 3;
  }
}

const kept = new Map(); // cues by address

async function cuesOf(place, language) {
  const uri = fileOf(place, language)?.querySelector("a").href;
  if (!uri) return [];
  if (!kept.has(uri)) kept.set(uri, fetchCues(uri));
  return kept.get(uri);
}

async function fetchCues(uri) {
  try {
    const answer = await fetch(uri, { priority: "low" });
    return answer.ok ? readCues(await answer.text()) : [];
  } catch {
    kept.delete(uri); // it is asked for again when the transcript is shown again
    return [];
  }
}

function fileOf(place, language) {
  return place.querySelector(`[data-subtitles="${language}"]`);
}

// Without accents and capitals, so that whoever lacks a key for them finds words too.
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function element(name, className = "", text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}
