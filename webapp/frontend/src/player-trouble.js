// When playing breaks off: why, in words, and going on by itself when the line is back.

const FIRST_WAIT_MILLISECONDS = 3000;
const LONGEST_WAIT_MILLISECONDS = 30_000;
const ONCE_IN_MILLISECONDS = 20_000; // a player that breaks off again at once needs a person
const GONE = [401, 403, 404, 410];

export class Trouble {
  #box;
  #releaseUri;
  #retry;
  #stop;
  #timer = 0;
  #wait = FIRST_WAIT_MILLISECONDS;
  #lastTry = -Infinity;

  constructor(box, releaseUri, { retry, stop }) {
    this.#box = box;
    this.#releaseUri = releaseUri;
    this.#retry = retry;
    this.#stop = stop;
    box.querySelector("[data-does=retry]").addEventListener("click", () => this.#tryAgain());
    box.querySelector("[data-does=reload]").addEventListener("click", () => location.reload());
    addEventListener("online", () => this.#timer && this.look());
  }

  clear() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#box.hidden = true;
  }

  async look() {
    const found = await this.#find();
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (found === "line_dropped") {
      this.#timer = setTimeout(() => this.look(), this.#wait);
      this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT_MILLISECONDS);
    } else if (found === "cannot_play" && performance.now() - this.#lastTry > ONCE_IN_MILLISECONDS) {
      return this.#tryAgain();
    }
    if (found === "taken_down") this.#stop(); // what was fetched ahead is not shown either
    this.#say(found);
  }

  #tryAgain() {
    this.#lastTry = performance.now();
    this.#wait = FIRST_WAIT_MILLISECONDS;
    this.clear();
    this.#retry();
  }

  // The country's own page tells what has become of it.
  async #find() {
    if (location.protocol === "file:") return "cannot_play";
    try {
      const answer = await fetch("./", { cache: "no-store" });
      if (GONE.includes(answer.status)) return "taken_down";
      if (!answer.ok) return "line_dropped";
      return (await answer.text()).includes(this.#releaseUri) ? "cannot_play" : "newer";
    } catch {
      return "line_dropped";
    }
  }

  #say(found) {
    for (const words of this.#box.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== found;
    const isChanged = found === "newer" || found === "taken_down";
    this.#box.querySelector("[data-does=retry]").hidden = isChanged;
    this.#box.querySelector("[data-does=reload]").hidden = !isChanged;
    this.#box.hidden = false;
  }
}
