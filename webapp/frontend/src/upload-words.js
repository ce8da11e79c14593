// Sentences and numbers in the reader's language; the texts come with the page.
const MEGABYTE = 1000 * 1000;

export class Words {
  constructor(texts, language) {
    this.texts = texts;
    this.language = language;
  }

  // A text with numbers put in for its {names}.
  say(name, values = {}) {
    return this.texts[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  }

  // A number with its unit, which stay on one line.
  measure(name, values) {
    return this.say(name, values).replaceAll(" ", "\u00a0");
  }

  size(bytes) {
    if (bytes < MEGABYTE) return this.measure("kilobytes", { number: this.number(bytes / 1000, 0) });
    if (bytes < 1000 * MEGABYTE) return this.measure("megabytes", { number: this.number(bytes / MEGABYTE, bytes < 10 * MEGABYTE ? 1 : 0) });
    return this.measure("gigabytes", { number: this.number(bytes / MEGABYTE / 1000, 1) });
  }

  time(seconds) {
    if (seconds < 60) return this.measure("seconds", { number: this.number(Math.max(1, seconds), 0) });
    const minutes = Math.ceil(seconds / 60);
    if (minutes < 60) return this.measure("minutes", { number: this.number(minutes, 0) });
    return this.measure("hours", { hours: this.number(Math.floor(minutes / 60), 0), minutes: this.number(minutes % 60, 0) });
  }

  // Minutes and seconds as a clock shows them.
  clock(seconds) {
    const whole = Math.round(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }

  // In the digits that the rest of the page has.
  number(value, digits, useGrouping = true) {
    const format = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping };
    return value.toLocaleString(`${this.language}-u-nu-latn`, format);
  }
}
