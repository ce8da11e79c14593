// What is chosen for the speaker at first: what costs least where their machine or line says that it must. A picture
// that the line can carry while it is made leaves little to send at the end.
import { measureLine } from "./preflight-line.js";
import { config, part, say, words } from "./recorder-page.js";

export function prepareChoices(studio) {
  const line = navigator.connection;
  const isSparing = Boolean(line?.saveData);
  if (isSparing) part("sent-along").checked = false;
  tellOfFile();
  if (isSparing || navigator.hardwareConcurrency <= 2) part("quality").value = "light";
  else if (line?.effectiveType && line.effectiveType !== "4g") part("quality").value = "light";
  else chooseByLine(studio);
}

// A take that is sent along takes the place of a file that is on its way.
function tellOfFile() {
  const file = config.unfinished && !config.unfinished.is_take ? config.unfinished : null;
  if (!file) return;
  part("sent-along").checked = false;
  say(part("replaces"), words.say("replaces", { size: words.size(file.offset_bytes) }));
  part("replaces").hidden = false;
}

// What was chosen by hand stays, and so does the picture of a camera that is on.
async function chooseByLine(studio) {
  let isChosen = false;
  part("quality").addEventListener("change", () => (isChosen = true), { once: true });
  const bytesPerSecond = await measureLine(config.line);
  const { video_bits, audio_bits } = studio.quality;
  const isTooSlow = bytesPerSecond > 0 && bytesPerSecond * 8 < video_bits + audio_bits;
  if (isTooSlow && !isChosen && !studio.isOn) part("quality").value = "light";
}
