// The recorder's page: a take is made, kept in this browser, sent along, watched, and handed in when it is the one.
import { obstacle } from "./recorder-devices.js";
import { showLeftBehind } from "./recorder-left-behind.js";
import { config, part, say, words } from "./recorder-page.js";
import { TakeStore } from "./recorder-store.js";
import { Studio } from "./recorder-studio.js";
import { TakeList } from "./recorder-takes.js";

// Two pages that record at once would take each other's uploads away; the first one keeps the lock until it closes.
function isOnly() {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks.request(`takes-${config.scope}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : null;
    });
  });
}

async function begin() {
  if (!(await isOnly())) return refuse("elsewhere");
  const store = await TakeStore.open(config.scope);
  const takes = new TakeList({ store, onHandedIn: () => tellArrival() });
  const studio = new Studio({ store, takes });
  prepareChoices();
  window.addEventListener("beforeunload", (event) => {
    if (studio.isOccupied || takes.isBusy) event.preventDefault();
  });
  await takes.load();
  showLeftBehind(takes, () => tellArrival());
  const name = obstacle();
  if (name) refuse(name);
  part("studio").hidden = false; // only now do its buttons do anything

  function tellArrival() {
    studio.close();
    for (const section of ["studio", "takes", "left-behind"]) part(section).hidden = true;
    say(part("done-words"), words.say("arrived"));
    part("done").hidden = false;
    part("done-link").focus();
  }
}

function refuse(reason) {
  part("studio").hidden = false;
  for (const name of ["turn-on", "before", "prompting"]) part(name).hidden = true;
  say(part("studio-said"), words.say(reason));
}

// What costs least where the speaker's machine or line says that it must: a smaller picture, and nothing sent twice.
function prepareChoices() {
  const isSparing = Boolean(navigator.connection?.saveData);
  if (isSparing || navigator.hardwareConcurrency <= 2) part("quality").value = "light";
  if (isSparing) part("sent-along").checked = false;
  const file = config.unfinished && !config.unfinished.is_take ? config.unfinished : null;
  if (!file) return;
  part("sent-along").checked = false;
  say(part("replaces"), words.say("replaces", { size: words.size(file.offset_bytes) }));
  part("replaces").hidden = false;
}

begin();
