// The teleprompter: the speaker's text over the picture, near the lens, moving at their pace. It can be scrolled by
// hand at any time and goes on from there.
const WORDS_IN_LETTERS = 5.5; // for scripts that put no spaces between words

export class Prompter {
  constructor({ frame, text, script, pace, letters, isWanted, onTime }) {
    Object.assign(this, { frame, text, script, pace, letters, isWanted, onTime });
    this.isMoving = false;
    this.place = 0;
    this.step = this.step.bind(this);
    for (const control of [script, pace, letters, isWanted]) control.addEventListener("input", () => this.show());
    // What the reader does with wheel, finger or keys counts.
    frame.addEventListener("scroll", () => Math.abs(frame.scrollTop - this.place) > 2 && (this.place = frame.scrollTop));
    this.show();
  }

  get isShown() {
    return this.isWanted.checked && this.script.value.trim() !== "";
  }

  get seconds() {
    const text = this.script.value.trim();
    const words = Math.max(text.split(/\s+/).filter(Boolean).length, text.length / WORDS_IN_LETTERS / 2);
    return (60 * words) / Number(this.pace.value);
  }

  show() {
    this.text.textContent = this.script.value.trim();
    this.frame.hidden = !this.isShown;
    this.text.style.fontSize = `${this.letters.value}rem`;
    this.onTime(this.script.value.trim() ? this.seconds : 0);
  }

  rewind() {
    this.place = this.frame.scrollTop = 0;
  }

  move() {
    if (this.isMoving || !this.isShown) return;
    this.isMoving = true;
    this.at = performance.now();
    requestAnimationFrame(this.step);
  }

  rest() {
    this.isMoving = false;
  }

  step(moment) {
    if (!this.isMoving) return;
    const passed = Math.max(0, moment - this.at) / 1000;
    this.at = moment;
    const way = this.text.offsetHeight;
    this.place = Math.min(this.place + (passed * way) / this.seconds, this.frame.scrollHeight - this.frame.clientHeight);
    this.frame.scrollTop = this.place;
    requestAnimationFrame(this.step);
  }
}
