// The page's sentences; values of rules are told as the server tells them.
import { Words } from "./upload-words.js";

export class EditorWords extends Words {
  complaint({ rule, values }) {
    const told = Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? this.rounded(name, value) : value]);
    return this.say(rule, Object.fromEntries(told));
  }

  // Speed to tenths and never less than it is, all else to thousandths.
  rounded(name, value) {
    const shown = name === "speed" ? Math.ceil(value * 10) / 10 : Math.round(value * 1000) / 1000;
    return shown.toLocaleString(`${this.language}-u-nu-latn`, { maximumFractionDigits: 3 });
  }
}
