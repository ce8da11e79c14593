// The waveform with all cues over it, drawn on a canvas from the server's peaks. Edges and cues are dragged; a press
// beside them goes to that moment. All of it can be done by fields and keys, too.
const COLOURS = {
  ground: "#eeece5",
  wave: "#85807a",
  outside: "rgb(27 37 48 / 12%)",
  cue: "rgb(20 87 125 / 22%)",
  current: "rgb(20 87 125 / 50%)",
  stop: "#a12019",
  edge: "#14577d",
  text: "#1b2530",
  place: "#a12019",
};
const WINDOWS = [5, 10, 20, 40, 80, 160, 600];
const SHORTEST_MS = 200;

export class Timeline {
  constructor(canvas, { config, store, hints, player }) {
    Object.assign(this, { canvas, config, store, hints, player });
    this.pen = canvas.getContext("2d");
    this.zoom = 2;
    this.fromMs = 0;
    this.current = "";
    this.drag = null;
    this.onChange = () => {};
    this.onPick = () => {};
    new ResizeObserver(() => this.resize()).observe(canvas);
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", () => this.release());
    canvas.addEventListener("pointercancel", () => { this.drag = null; });
  }

  get spanMs() {
    return WINDOWS[this.zoom] * 1000;
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    const scale = devicePixelRatio || 1;
    this.canvas.width = Math.round(clientWidth * scale);
    this.canvas.height = Math.round(clientHeight * scale);
    this.pen.setTransform(scale, 0, 0, scale, 0, 0);
    this.width = clientWidth;
    this.height = clientHeight;
    this.draw();
  }

  change(steps) {
    this.zoom = Math.min(WINDOWS.length - 1, Math.max(0, this.zoom + steps));
    this.follow(this.player.nowMs, true);
  }

  // Keeps a moment in sight.
  follow(ms, isForced = false) {
    const margin = this.spanMs * 0.1;
    const isSeen = ms >= this.fromMs + (this.fromMs > 0 ? margin : 0) && ms <= this.fromMs + this.spanMs - margin;
    if (!isSeen || isForced) this.fromMs = Math.max(0, ms - this.spanMs * 0.25);
    this.draw();
  }

  x(ms) {
    return ((ms - this.fromMs) / this.spanMs) * this.width;
  }

  ms(x) {
    return Math.round(this.fromMs + (x / this.width) * this.spanMs);
  }

  // Once for all that changed since the last picture.
  draw() {
    if (this.isAsked || !this.width) return;
    this.isAsked = true;
    requestAnimationFrame(() => {
      this.isAsked = false;
      this.paint();
    });
  }

  paint() {
    const { pen, width, height } = this;
    pen.fillStyle = COLOURS.ground;
    pen.fillRect(0, 0, width, height);
    this.paintWave();
    this.paintOutside();
    for (const cue of this.store.cues) if (cue.endMs >= this.fromMs && cue.startMs <= this.fromMs + this.spanMs) this.paintCue(cue);
    pen.fillStyle = COLOURS.place;
    pen.fillRect(this.x(this.player.nowMs) - 1, 0, 2, height);
  }

  paintWave() {
    const { peaks } = this.config;
    if (!peaks) return;
    const { pen, height } = this;
    const step = peaks.step * 1000;
    const last = Math.min(peaks.values.length - 1, Math.floor((this.fromMs + this.spanMs) / step));
    pen.fillStyle = COLOURS.wave;
    for (let index = Math.floor(this.fromMs / step); index <= last; index += 1) {
      const high = Math.max(1, peaks.values[index] * (height - 4));
      const [left, right] = [this.x(index * step), this.x((index + 1) * step)];
      pen.fillRect(left, (height - high) / 2, Math.max(1, right - left - 0.5), high);
    }
  }

  paintOutside() {
    const { shown } = this.config;
    if (!shown) return;
    const { pen, height, width } = this;
    pen.fillStyle = COLOURS.outside;
    const [left, right] = shown.map((seconds) => Math.min(width, Math.max(0, this.x(seconds * 1000))));
    pen.fillRect(0, 0, left, height);
    pen.fillRect(right, 0, width - right, height);
  }

  paintCue(cue) {
    const { pen, height } = this;
    const [left, right] = [this.x(cue.startMs), this.x(cue.endMs)];
    const isToMend = this.hints.isToMend(cue.key);
    pen.fillStyle = cue.key === this.current ? COLOURS.current : COLOURS.cue;
    pen.fillRect(left, 14, right - left, height - 18);
    pen.fillStyle = isToMend ? COLOURS.stop : COLOURS.edge;
    pen.fillRect(left, 14, 2, height - 18);
    pen.fillRect(right - 2, 14, 2, height - 18);
    if (isToMend) pen.fillRect(left, height - 6, right - left, 3);
    if (right - left < 16) return;
    pen.fillStyle = COLOURS.text;
    pen.font = "11px system-ui, sans-serif";
    pen.fillText(String(this.store.indexOf(cue.key) + 1), Math.max(left, 0) + 4, 11);
  }

  press(event) {
    const x = event.offsetX;
    const found = this.config.mayEdit ? this.grab(x, event.pointerType === "mouse" ? 6 : 16) : null;
    if (!found) {
      this.player.seek(this.ms(x));
      const under = this.store.cues.find((cue) => cue.startMs <= this.ms(x) && this.ms(x) <= cue.endMs);
      if (under) this.onPick(under.key);
      return;
    }
    const { startMs, endMs } = this.store.cue(found.key);
    this.drag = { ...found, fromX: x, startMs, endMs, isMoved: false };
    this.canvas.setPointerCapture(event.pointerId);
  }

  // What is under a press: an edge, or the middle of the current cue.
  grab(x, reach) {
    const near = (ms) => Math.abs(this.x(ms) - x) <= reach;
    const inOrder = [...this.store.cues].sort((one) => (one.key === this.current ? -1 : 1));
    for (const { key, startMs, endMs } of inOrder) {
      if (near(startMs)) return { key, part: "start" };
      if (near(endMs)) return { key, part: "end" };
    }
    const current = this.store.cue(this.current);
    const isIn = current && this.x(current.startMs) < x && x < this.x(current.endMs);
    return isIn ? { key: current.key, part: "all" } : null;
  }

  move(event) {
    if (!this.drag) {
      const found = this.config.mayEdit && this.grab(event.offsetX, 6);
      this.canvas.style.cursor = found ? (found.part === "all" ? "grab" : "ew-resize") : "pointer";
      return;
    }
    const by = Math.round(((event.offsetX - this.drag.fromX) / this.width) * this.spanMs);
    if (Math.abs(event.offsetX - this.drag.fromX) > 2) this.drag.isMoved = true;
    if (!this.drag.isMoved) return;
    const { key, part, startMs, endMs } = this.drag;
    if (part === "start") this.onChange(key, { startMs: Math.max(0, Math.min(startMs + by, endMs - SHORTEST_MS)) });
    else if (part === "end") this.onChange(key, { endMs: Math.max(startMs + SHORTEST_MS, endMs + by) });
    else this.onChange(key, { startMs: Math.max(0, startMs + by), endMs: endMs + Math.max(by, -startMs) });
  }

  release() {
    const { drag } = this;
    this.drag = null;
    if (!drag) return;
    if (drag.isMoved) this.onChange(drag.key, {}, true);
    else {
      this.player.seek(this.ms(drag.fromX));
      this.onPick(drag.key);
    }
  }
}
