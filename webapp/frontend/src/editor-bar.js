// How the subtitles stand: state, who else is here, whether all is saved, what is left to mend, what can be decided.
import { make } from "./editor-row.js";

const part = (name) => document.querySelector(`[data-part="${name}"]`);

export class Bar {
  constructor({ config, store, sync, hints, work, list, words, say }) {
    Object.assign(this, { config, store, sync, hints, work, list, words, say });
    part("message").addEventListener("click", ({ target }) => target.dataset.go && this.list.go(target.dataset.go, { isWriting: true }));
    part("due-form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.setDue(event.target.elements.day.value);
    });
    part("decisions").addEventListener("click", ({ target }) => target.dataset.decision && this.decide(target.dataset.decision));
  }

  show() {
    const { state } = this.store;
    const { words } = this;
    write("state", [state.stateWords, ...state.stale].join(" · "));
    write("due", state.due && words.say("due", { moment: state.due }));
    write("asked-of", state.askedOf.length ? words.say("asked_of", { names: state.askedOf.join(", ") }) : "");
    this.showDay(state.dueDay);
    const names = state.people.filter(({ isMe }) => !isMe).map(({ name }) => name).join(", ");
    write("people", names ? words.say("people", { names }) : words.say("alone"));
    const { seconds, cues, perMinute } = state.time;
    const speed = words.number(perMinute ?? 0, 1);
    write("own-time", this.config.mayEdit ? words.say("own_time", { minutes: words.number(seconds / 60, 0), cues, speed }) : "");
    this.showDecisions(state.decisions);
    this.showSent();
  }

  // The day as it is there, unless somebody is choosing another.
  showDay(day) {
    const field = part("due-form")?.elements.day;
    if (field && field !== document.activeElement && this.day !== day) field.value = day;
    this.day = day;
  }

  async setDue(day) {
    if (this.sync.trouble) return this.say("later", {}, "warn");
    const { status } = await this.sync.send("due", () => ({ day, seen: this.day }));
    return this.say(status === 200 ? "due_set" : "changed", {}, status === 200 ? "calm" : "bad");
  }

  showDecisions(decisions) {
    const wanted = JSON.stringify(decisions);
    if (wanted === this.decisions) return; // a button that is about to be pressed stays where it is
    this.decisions = wanted;
    const button = ([decision, text], index) =>
      make("button", { type: "button", class: `button ${index ? "" : "button-main"}`, "data-decision": decision }, text);
    part("decisions").replaceChildren(...decisions.map(button));
  }

  showSent() {
    const { sync, store, words, config } = this;
    const number = store.outbox.size + sync.queue.length;
    const name = !config.mayEdit || store.isClosed ? "read_only" : sync.trouble || (store.hasTheirs ? "choose" : "") || (sync.isBusy ? "saving" : "saved");
    write("sent", words.say(name, { number }));
    part("sent").classList.toggle("is-away", Boolean(sync.trouble));
  }

  showProblems() {
    const { stops, warnings, open } = this.hints.count();
    const isFine = !stops && !warnings && !open;
    write("problems", this.words.say(isFine ? "no_problems" : "problems", { stops, warnings, open }));
  }

  async decide(decision) {
    if (this.sync.trouble) return this.say("later", {}, "warn");
    if (this.store.hasTheirs) return this.say("choose", {}, "warn");
    this.work.flush();
    const { status, answer } = await this.sync.send("decide", () => ({ decision, version: this.store.version }));
    if (status === 200) return this.sayDecided(answer);
    if (status === 422 && answer?.stops) return this.sayStops(answer.stops);
    return this.say("changed", {}, "bad");
  }

  // The button that was pressed is gone: who presses keys goes on from what can be decided next.
  sayDecided({ stateWords }) {
    this.say("decided", { state: stateWords }, "good");
    if (document.activeElement === document.body) part("decisions").querySelector("button")?.focus();
  }

  // Why it cannot be handed in: each rule in words, with the subtitles that break it to go to.
  sayStops(stops) {
    const rules = Object.entries(stops).map(([rule, keys]) => this.ruleLine(rule, keys));
    if (!rules.length) return this.say("nothing_there", {}, "bad");
    this.say("cannot_hand_in", {}, "bad");
    part("message").firstElementChild.append(make("ul", { class: "plain-list" }, ...rules));
    return part("message").querySelector("[data-go]")?.focus();
  }

  ruleLine(rule, keys) {
    const { words, hints, store } = this;
    const [first] = keys.flatMap((key) => hints.of(key)).filter((one) => one.rule === rule);
    const sentence = keys.length === 1 && first ? words.complaint(first) : words.say(`rule_${rule}`);
    const link = (key) => {
      const number = store.indexOf(key) + 1;
      return make("button", { type: "button", class: "button button-small", "data-go": key, "aria-label": words.say("go_to", { number }) }, String(number));
    };
    return make("li", {}, `${sentence} `, make("span", { class: "row" }, ...keys.map(link)));
  }
}

function write(name, text) {
  const element = part(name);
  if (element.textContent !== text) element.textContent = text;
}
