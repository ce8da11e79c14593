// Sends what was done, one after the other, and asks for what others did. Without a connection everything waits
// in order, and is tried again by itself; a request whose answer was lost is sent again word for word.
const POLL_MILLISECONDS = 4000;
const PATIENCE_MILLISECONDS = 15_000;
const RETRIES = [1000, 2000, 4000, 8000];
const GONE = [403, 404];
const AGAIN = new Set([0, 401, ...GONE, 408, 425, 429, 500, 502, 503, 504]);
const MOST_FAULTS = 6; // a request that breaks the server so often is laid aside, that the others may go

export class Sync {
  constructor({ addresses, mayEdit, meId }, store, sending) {
    Object.assign(this, { addresses, mayEdit, meId, store, sending });
    this.token = store.state.token;
    this.queue = []; // requests that are no deeds: they go when all deeds have
    this.trouble = ""; // "", "offline", "signed_out" or "gone"
    this.tries = 0;
    this.cue = "";
    this.onState = () => {};
    addEventListener("online", () => this.wake());
    addEventListener("pagehide", () => this.leave());
    addEventListener("beforeunload", (event) => {
      if (this.isBusy) event.preventDefault();
    });
    store.onDeed = () => this.pump();
    setInterval(() => this.poll(), POLL_MILLISECONDS);
    this.poll();
  }

  get isBusy() {
    return this.queue.length > 0 || this.store.outbox.size > 0;
  }

  // `body()` is asked for just before sending. Resolves with {status, answer} when it was decided one way or the other.
  send(address, body) {
    return new Promise((resolve) => {
      this.queue.push({ address, body, resolve });
      this.pump();
    });
  }

  async pump() {
    this.onState();
    if (this.isPumping) return;
    this.isPumping = true;
    for (let one = this.next(); one; one = this.next()) await this.finish(one);
    this.isPumping = false;
    this.onState();
  }

  next() {
    const deed = this.sending.next();
    if (deed) return { ...deed, settle: (result) => this.sending.decided(deed.deed, result) };
    const plain = this.queue.shift();
    return plain && { address: plain.address, body: plain.body(), settle: (result) => this.settle(plain, result) };
  }

  settle({ resolve }, result) {
    if (result.status === 200) this.store.take(result.answer);
    resolve(result);
  }

  // Sends the same until there is an answer that decides.
  async finish(one) {
    this.underWay = one;
    let result = await this.post(one.address, one.body);
    for (let isRenewed = false, faults = 0; AGAIN.has(result.status) || (result.status === 400 && !isRenewed); ) {
      isRenewed ||= result.status === 400;
      faults += result.status === 500 ? 1 : 0;
      if (faults >= MOST_FAULTS) break;
      await this.pause(result.status);
      if (one.deed) one.deed.tries += 1;
      result = await this.post(one.address, one.body);
    }
    this.underWay = null;
    one.settle(result);
    this.setTrouble("");
    await new Promise((resume) => setTimeout(resume)); // what follows from it goes first
  }

  // Waits longer from time to time, until the connection is said to be back; asks for a new token on the way.
  async pause(status) {
    this.setTrouble(status === 400 ? "" : troubleOf(status));
    const wait = status === 400 ? 0 : RETRIES[Math.min(this.tries, RETRIES.length - 1)];
    this.tries += 1;
    await new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, wait);
    });
    if (status === 400 || status === 401) await this.renewToken();
  }

  wake() {}

  setTrouble(trouble) {
    if (!trouble) this.tries = 0;
    this.trouble = trouble;
    this.onState();
  }

  get seen() {
    return { since: this.store.version, source_since: this.store.sourceVersion };
  }

  async renewToken() {
    const { status, answer } = await this.ask(`${this.addresses.follow}?${new URLSearchParams(this.seen)}`, {});
    if (status === 200) this.token = answer.token;
  }

  post(address, body) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token };
    return this.ask(this.addresses[address], { method: "POST", headers, body: JSON.stringify({ ...this.seen, as: this.meId, ...body }) });
  }

  async ask(address, options) {
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE_MILLISECONDS);
    try {
      const headers = { Accept: "application/json", ...options.headers };
      const response = await fetch(address, { ...options, headers, signal: stop.signal, redirect: "error" });
      return { status: response.status, answer: await response.json().catch(() => null) };
    } catch {
      return { status: 0, answer: null };
    } finally {
      clearTimeout(patience);
    }
  }

  // What others did meanwhile, and that this person is here. As long as an answer is waited for it would tell of deeds
  // that are still waiting here.
  async poll() {
    if (this.isPolling || document.hidden) return;
    if (this.underWay) {
      this.wake();
      return;
    }
    this.isPolling = true;
    const { status, answer } = this.mayEdit
      ? await this.post("be", { cue: this.cue })
      : await this.ask(`${this.addresses.follow}?${new URLSearchParams(this.seen)}`, {});
    this.isPolling = false;
    if (status === 200) {
      this.token = answer.token;
      if (this.underWay) return;
      this.store.take(answer);
      this.setTrouble("");
    } else if (status === 400) {
      await this.renewToken();
    } else {
      this.setTrouble(troubleOf(status));
    }
  }

  leave() {
    if (!this.mayEdit) return;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token };
    const body = JSON.stringify({ ...this.seen, as: this.meId, leaves: true });
    fetch(this.addresses.be, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  }
}

function troubleOf(status) {
  if (status === 401) return "signed_out";
  return GONE.includes(status) ? "gone" : "offline";
}
