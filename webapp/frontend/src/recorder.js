// The recorder's page: a take is made, kept in this browser, sent along, watched, and handed in when it is the one.
import { prepareChoices } from "./recorder-choices.js";
import { obstacle } from "./recorder-devices.js";
import { showLeftBehind } from "./recorder-left-behind.js";
import { config, part, say, words } from "./recorder-page.js";
import { TakeStore } from "./recorder-store.js";
import { Studio } from "./recorder-studio.js";
import { TakeList } from "./recorder-takes.js";

const LOCK = `takes-${config.scope}`;

// Two pages that record at once would take each other's uploads away; the first one keeps the lock until it closes.
function isOnly() {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const hold = (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : null;
    };
    navigator.locks.request(LOCK, { ifAvailable: true }, hold).catch(() => resolve(true)); // storage is forbidden
  });
}

function waitForTurn() {
  refuse("elsewhere");
  navigator.locks.request(LOCK, () => location.reload());
}

async function begin() {
  if (!(await isOnly())) return waitForTurn();
  const store = await TakeStore.open(config.scope);
  const takes = new TakeList({ store, onHandedIn: () => tellArrival() });
  const studio = new Studio({ store, takes });
  prepareChoices(studio);
  window.addEventListener("beforeunload", (event) => {
    if (studio.isOccupied || takes.isBusy) event.preventDefault();
  });
  await takes.load().catch(() => {}); // what cannot be read here is no reason not to record
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

begin();
