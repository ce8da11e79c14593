// From what was found in a file to what is said of it: lines with a mark, `good` or `mind`, and a sum of them.
const FEW_LINES = 360;

export function advise({ media, file, bytesPerSecond, limit, words }) {
  const found = media ? [length(media, limit, words), picture(media, words), sound(media, words)] : [];
  const lines = [...found.filter(Boolean), cost(file, bytesPerSecond, words)];
  return { lines, sum: words.say(sumOf(media, lines)) };
}

function sumOf(media, lines) {
  if (!media) return "check_unknown";
  return lines.some((line) => line.mark === "mind") ? "check_mind" : "check_good";
}

function length({ seconds }, limit, words) {
  if (!seconds) return null;
  const values = { time: words.clock(seconds) };
  if (seconds > limit.longest_seconds) return mind("long", { ...values, limit: words.clock(limit.told_longest_seconds) }, words);
  if (seconds < limit.shortest_seconds) return mind("short", { ...values, limit: words.clock(limit.told_shortest_seconds) }, words);
  return good("length", values, words);
}

function picture({ hasPicture, width, height }, words) {
  if (!hasPicture) return mind("no_picture", {}, words);
  const values = { size: words.measure("pixels", { width: words.number(width, 0, false), height: words.number(height, 0, false) }) };
  if (Math.min(width, height) < FEW_LINES) return mind("small_picture", values, words);
  return height > width ? mind("upright", {}, words) : good("picture", values, words);
}

function sound({ hasSound }, words) {
  if (hasSound === null) return null;
  return hasSound ? good("sound", {}, words) : mind("no_sound", {}, words);
}

function cost(file, bytesPerSecond, words) {
  const size = words.size(file.size);
  if (!bytesPerSecond) return good("size", { size }, words);
  return good("size_and_time", { size, time: words.time(file.size / bytesPerSecond) }, words);
}

function good(name, values, words) {
  return { mark: "good", text: words.say(`check_${name}`, values) };
}

function mind(name, values, words) {
  return { mark: "mind", text: words.say(`check_${name}`, values) };
}
