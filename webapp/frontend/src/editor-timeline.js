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
const WINDOWS = [2, 5, 10, 20, 40, 80, 160, 600];
const SHORTEST_MS = 200;
const REACH = { mouse: 6, pen: 10, touch: 18 };
const STILL = 4;
const HEAD = 14;

export class Timeline {
  constructor(canvas, { config, store, hints, player, wave }) {
    Object.assign(this, { canvas, config, store, hints, player, wave });
    this.pen = canvas.getContext("2d");
    this.zoom = 3;
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
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    wave.onFiner = () => this.draw();
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

  // The wheel goes through time; with Ctrl, as when two fingers pinch, it shows more or less of it around the pointer.
  wheel(event) {
    event.preventDefault();
    if (event.ctrlKey) {
      const place = this.ms(event.offsetX);
      this.zoom = Math.min(WINDOWS.length - 1, Math.max(0, this.zoom + Math.sign(event.deltaY)));
      this.show(place - (event.offsetX / this.width) * this.spanMs);
    } else {
      this.show(this.fromMs + ((event.deltaX || event.deltaY) / this.width) * this.spanMs);
    }
  }

  // What is shown begins here, as far as there is a recording.
  show(fromMs) {
    const last = Math.max(0, (this.config.durationMs ?? Infinity) - this.spanMs * 0.5);
    this.fromMs = Math.min(last, Math.max(0, fromMs));
    this.draw();
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

  // A line for every point of the screen, as high as the sound was loud in that moment.
  paintWave() {
    const { pen, height, width } = this;
    const bar = 1 / (devicePixelRatio || 1);
    const step = this.spanMs / width;
    pen.fillStyle = COLOURS.wave;
    for (let x = 0; x < width; x += bar) {
      const from = this.fromMs + x * step;
      const high = Math.max(1, this.wave.between(from, from + bar * step) * (height - 22));
      pen.fillRect(x, 14 + (height - 18 - high) / 2, bar, high);
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

  // An edge or the current cue is dragged; else time itself is, and a press that does not move goes to its moment.
  press(event) {
    if (event.button) return;
    const x = event.offsetX;
    const found = this.config.mayEdit && !this.store.isClosed ? this.grab(event, REACH[event.pointerType] ?? REACH.mouse) : null;
    const { startMs, endMs } = found ? this.store.cue(found.key) : {};
    this.drag = { part: "time", ...found, fromX: x, startMs, endMs, fromMs: this.fromMs, isMoved: false };
    this.canvas.setPointerCapture(event.pointerId);
  }

  // What is under a press: an edge, or the middle of the current cue. Numbers above are for going through time, and
  // fingers, which cover more than they mean, move only edges of the current cue.
  grab({ offsetX: x, offsetY: y, pointerType }, reach) {
    if (y < HEAD) return null;
    const near = (ms) => Math.abs(this.x(ms) - x) <= reach;
    const current = this.store.cue(this.current);
    const others = pointerType === "touch" ? [] : this.store.cues;
    for (const { key, startMs, endMs } of [...(current ? [current] : []), ...others]) {
      if (near(startMs)) return { key, part: "start" };
      if (near(endMs)) return { key, part: "end" };
    }
    const isIn = pointerType !== "touch" && current && this.x(current.startMs) < x && x < this.x(current.endMs);
    return isIn ? { key: current.key, part: "all" } : null;
  }

  move(event) {
    if (!this.drag) {
      const found = this.config.mayEdit && this.grab(event, REACH.mouse);
      this.canvas.style.cursor = found ? (found.part === "all" ? "grab" : "ew-resize") : "pointer";
      return;
    }
    const by = Math.round(((event.offsetX - this.drag.fromX) / this.width) * this.spanMs);
    if (Math.abs(event.offsetX - this.drag.fromX) > STILL) this.drag.isMoved = true;
    if (!this.drag.isMoved) return;
    const { key, part, startMs, endMs, fromMs } = this.drag;
    if (part === "time") this.show(fromMs - by);
    else if (part === "start") this.onChange(key, { startMs: Math.max(0, Math.min(startMs + by, endMs - SHORTEST_MS)) });
    else if (part === "end") this.onChange(key, { endMs: Math.max(startMs + SHORTEST_MS, endMs + by) });
    else this.onChange(key, { startMs: Math.max(0, startMs + by), endMs: endMs + Math.max(by, -startMs) });
  }

  release() {
    const { drag } = this;
    this.drag = null;
    if (!drag) return;
    if (!drag.isMoved) this.pick(drag.fromX);
    else if (drag.key) this.onChange(drag.key, {}, true);
  }

  pick(x) {
    const ms = this.ms(x);
    const under = this.store.cues.find((cue) => cue.startMs <= ms && ms <= cue.endMs);
    if (under) this.onPick(under.key);
    this.player.seek(ms);
  }
}
