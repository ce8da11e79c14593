// How loud it is, as a bar and in words: somebody who forgot a switched-off microphone must hear of it before the end.
const FLOOR_DECIBELS = -60;
const LOOK_MILLISECONDS = 100;
const JUDGED_SECONDS = 4;
const NOTHING = -58;
const QUIET = -36;
const LOUD = -1.5;

// Some browsers cannot listen to some microphones beside recording them: then there is no bar, and recording goes on.
export function openMeter(options) {
  try {
    return new LevelMeter(options);
  } catch {
    return null;
  }
}

class LevelMeter {
  // `onHearing(name)` is called when what is heard has changed: nothing, quiet, good or loud.
  constructor({ stream, meter, onHearing }) {
    Object.assign(this, { meter, onHearing });
    this.context = new AudioContext();
    this.source = this.context.createMediaStreamSource(stream);
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 2048;
    this.source.connect(this.analyser);
    this.samples = new Float32Array(this.analyser.fftSize);
    this.loudest = [];
    this.heard = "";
    this.timer = setInterval(() => this.look(), LOOK_MILLISECONDS);
  }

  close() {
    clearInterval(this.timer);
    this.source.disconnect();
    this.context.close();
    this.meter.value = 0;
  }

  look() {
    // Suspended, or "interrupted" after a phone call.
    if (!["running", "closed"].includes(this.context.state)) this.context.resume().catch(() => {});
    if (this.context.state !== "running") return;
    this.analyser.getFloatTimeDomainData(this.samples);
    const peak = this.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const decibels = Math.max(FLOOR_DECIBELS, 20 * Math.log10(peak || 1e-9));
    this.meter.value = 1 - decibels / FLOOR_DECIBELS;
    this.judge(decibels);
  }

  // The loudest of the last seconds: between two words it is quiet with everybody.
  judge(decibels) {
    this.loudest.push(decibels);
    const wanted = (JUDGED_SECONDS * 1000) / LOOK_MILLISECONDS;
    if (this.loudest.length > wanted) this.loudest.shift();
    if (this.loudest.length < wanted) return;
    const name = nameOf(Math.max(...this.loudest));
    if (name === this.heard) return;
    this.heard = name;
    this.onHearing(name);
  }
}

function nameOf(decibels) {
  if (decibels < NOTHING) return "nothing";
  if (decibels < QUIET) return "quiet";
  return decibels > LOUD ? "loud" : "good";
}
