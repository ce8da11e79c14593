// A take whose slices are in no browser's keeping here, of which the server has a part: another device, or a browser
// that was cleared. What has arrived can be handed in as it is, or deleted.
import { config, firstButton, part, say, words } from "./recorder-page.js";
import { ask } from "./recorder-request.js";

export function showLeftBehind(takes, onHandedIn) {
  const left = config.unfinished;
  if (!left?.is_take || takes.items.some((item) => item.take.address === left.address)) return;
  if (left.offset_bytes === 0) return;
  say(part("left-words"), words.say("left_behind", { size: words.size(left.offset_bytes) }));
  part("left-behind").hidden = false;
  part("left-finish").onclick = () => finish(left.address, onHandedIn);
  part("left-discard").onclick = () => discard(left.address);
}

async function finish(address, onHandedIn) {
  say(part("left-words"), words.say("handing_in"));
  const told = await ask("HEAD", address);
  const length = told.header("Upload-Offset");
  const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": length, "Upload-Length": length };
  const answer = told.status === 200 ? await ask("PATCH", address, { headers }) : told;
  if (answer.status === 204) onHandedIn();
  else say(part("left-words"), words.say(failureOf(answer.status)));
}

async function discard(address) {
  if (!window.confirm(words.say("really_discard"))) return;
  const { status } = await ask("DELETE", address);
  const isGone = status === 204 || status === 404 || status === 410;
  if (!isGone) return say(part("left-words"), words.say("untold"));
  part("left-behind").hidden = true;
  firstButton().focus();
}

function failureOf(status) {
  if (status === 404 || status === 410) return "gone";
  return status === 403 ? "not_now" : "server_away";
}
