// Takes that were recorded in this browser and are still kept in it: told, and deleted when the speaker wants it, or
// when others use this computer and a recording was handed in.
import { ask } from "./recorder-request.js";
import { TakeStore } from "./recorder-store.js";

const part = (name) => document.querySelector(`[data-part="${name}"]`);

export class KeptTakes {
  constructor({ scope, words }) {
    Object.assign(this, { scope, words });
    part("forget-takes").addEventListener("click", () => this.askToForget());
  }

  async show({ isShared }) {
    const store = await TakeStore.open(this.scope);
    const takes = await store.takes().catch(() => []);
    store.close();
    if (takes.length > 0 && isShared) await this.forget();
    else part("kept-takes").hidden = takes.length === 0;
  }

  async askToForget() {
    if (!window.confirm(this.words.say("really_forget"))) return;
    const isDone = await this.forget();
    part("kept-takes-said").textContent = this.words.say(isDone ? "forgotten" : "elsewhere");
    if (!isDone) return;
    for (const name of ["forget-takes", "kept-takes-words", "begun-take"]) part(name)?.setAttribute("hidden", "");
    part("kept-takes-said").focus();
  }

  // Not while the recorder is open in another window, which may be making one of them: then false.
  forget() {
    if (!navigator.locks) return this.forgetAll();
    const work = (lock) => lock !== null && this.forgetAll();
    return navigator.locks.request(`takes-${this.scope}`, { ifAvailable: true }, work);
  }

  async forgetAll() {
    const store = await TakeStore.open(this.scope);
    for (const take of await store.takes()) {
      if (take.address) await ask("DELETE", take.address); // what cannot be told now, the server forgets later
      await store.remove(take);
    }
    store.close();
    return true;
  }
}
