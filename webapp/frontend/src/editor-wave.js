// The outline of the sound, in steps of time: coarse with the page, a hundred points a second when the server has it.
const WAITS_MILLISECONDS = [500, 1000, 2000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];
const POINT_MS = 10;
const LOUDEST = 255;

export class Wave {
  constructor({ peaks, addresses }) {
    this.address = addresses.waveform;
    this.stepMs = peaks ? peaks.step * 1000 : POINT_MS;
    this.points = peaks?.values ?? [];
    this.onFiner = () => {};
  }

  // Asks until it is there, and has it drawn where it is not; where it never will be, the coarse one stays.
  // `draw()`: whether it is worth waiting for.
  async load(draw) {
    if ((await this.isThere()) || !(await draw())) return;
    for (const wait of WAITS_MILLISECONDS) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (await this.isThere()) return;
    }
  }

  async isThere() {
    const response = await fetch(this.address).catch(() => null);
    if (response?.status !== 200) return false;
    this.take(new Uint8Array(await response.arrayBuffer()));
    return true;
  }

  take(bytes) {
    if (!bytes.length) return;
    this.stepMs = POINT_MS;
    this.points = Float32Array.from(bytes, (value) => value / LOUDEST);
    this.highest = this.points.reduce((highest, value) => Math.max(highest, value), 0.05);
    this.onFiner();
  }

  // The highest value between two moments, of the highest there is.
  between(fromMs, untilMs) {
    const last = Math.min(this.points.length - 1, Math.max(Math.floor(fromMs / this.stepMs), Math.ceil(untilMs / this.stepMs) - 1));
    let highest = 0;
    for (let index = Math.max(0, Math.floor(fromMs / this.stepMs)); index <= last; index += 1) {
      if (this.points[index] > highest) highest = this.points[index];
    }
    return highest / (this.highest ?? 1);
  }
}
