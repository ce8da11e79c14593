// Moments as people write them: minutes, seconds and thousandths.

export function clock(ms) {
  const whole = Math.max(0, Math.round(ms));
  const [minutes, rest] = [Math.floor(whole / 60_000), whole % 60_000];
  return `${minutes}:${String(Math.floor(rest / 1000)).padStart(2, "0")}.${String(rest % 1000).padStart(3, "0")}`;
}

// “1:02.5”, “62.5” or “62,5” in milliseconds; null for anything else.
export function readClock(text) {
  const found = text.trim().match(/^(?:(\d{1,4}):)?(\d{1,5})(?:[.,](\d{1,3}))?$/);
  if (!found) return null;
  const [, minutes = "0", seconds, part = "0"] = found;
  return Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(part.padEnd(3, "0"));
}
