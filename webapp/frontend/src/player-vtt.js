// Reads the WebVTT files that a release holds: plain cues without identifiers, nested markup or styles.

const TIMES = /^(?:(\d+):)?(\d\d):(\d\d\.\d{3}) --> (?:(\d+):)?(\d\d):(\d\d\.\d{3})/;
const SIGNS = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&lrm;": "\u200e", "&rlm;": "\u200f", "&nbsp;": "\u00a0" };

export function readCues(text) {
  return text
    .replaceAll("\r\n", "\n")
    .split(/\n\n+/)
    .map(readCue)
    .filter(Boolean);
}

function readCue(block) {
  const lines = block.split("\n");
  const place = lines.findIndex((line) => TIMES.test(line));
  if (place < 0) return null;
  const [, ...parts] = TIMES.exec(lines[place]);
  const words = lines.slice(place + 1).join(" ").replace(/<[^>]*>/g, "");
  return {
    start: seconds(parts.slice(0, 3)),
    end: seconds(parts.slice(3)),
    text: words.replace(/&(amp|lt|gt|lrm|rlm|nbsp);/g, (sign) => SIGNS[sign]),
  };
}

function seconds([hours, minutes, rest]) {
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(rest);
}
