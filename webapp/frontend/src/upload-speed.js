// How fast bytes leave, over the last seconds: long enough to be calm, short enough to be true.
const WINDOW_SECONDS = 15;

export class Speed {
  constructor() {
    this.samples = [];
  }

  note(bytes, now = performance.now() / 1000) {
    const last = this.samples[this.samples.length - 1];
    if (last && bytes < last.bytes) this.samples = [];
    this.samples.push({ now, bytes });
    while (now - this.samples[0].now > WINDOW_SECONDS) this.samples.shift();
  }

  // Bytes in a second, or 0 as long as too little is known.
  get bytesPerSecond() {
    const first = this.samples[0];
    const last = this.samples[this.samples.length - 1];
    if (!first || last.now - first.now < 1) return 0;
    return (last.bytes - first.bytes) / (last.now - first.now);
  }
}
