// Looks at a chosen file before a byte of it is sent, and says: yes, or what to do. It never keeps anybody from sending.
import { advise } from "./preflight-advice.js";
import { measureLine } from "./preflight-line.js";
import { lookInto } from "./preflight-media.js";

const TOO_SMALL_TO_MEASURE = 1000 * 1000;

export class Preflight {
  // `panel` holds a paragraph for the sum and a list for the lines.
  constructor({ panel, lineAddress, limit, words }) {
    Object.assign(this, { panel, lineAddress, limit, words });
    this.bytesPerSecond = 0;
    this.looking = null;
  }

  hide() {
    this.looking = null;
    this.panel.hidden = true;
  }

  async look(file) {
    this.looking = file;
    this.show(this.words.say("check_runs"), []);
    const [media, bytesPerSecond] = await Promise.all([lookInto(file), this.speedFor(file)]);
    if (this.looking !== file) return; // another one was chosen meanwhile
    const { sum, lines } = advise({ media, file, bytesPerSecond, limit: this.limit, words: this.words });
    this.show(sum, lines);
  }

  async speedFor(file) {
    if (file.size < TOO_SMALL_TO_MEASURE) return 0;
    this.bytesPerSecond ||= await measureLine(this.lineAddress);
    return this.bytesPerSecond;
  }

  show(sum, lines) {
    this.panel.querySelector("p").textContent = sum;
    this.panel.querySelector("ul").replaceChildren(...lines.map(item));
    this.panel.hidden = false;
  }
}

function item({ mark, text }) {
  const line = document.createElement("li");
  line.className = `check-${mark}`;
  line.textContent = text;
  return line;
}
