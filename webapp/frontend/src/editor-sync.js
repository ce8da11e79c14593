// Sends what was done, one after the other, and asks for what others did. Without a connection everything waits here
// in order, and is tried again by itself; a request whose answer was lost is sent again word for word.
const POLL_MILLISECONDS = 4000;
const PATIENCE_MILLISECONDS = 15_000;
const RETRIES = [1000, 2000, 4000, 8000];
const AGAIN = new Set([0, 401, 408, 425, 429, 500, 502, 503, 504]);

export class Sync {
  constructor({ addresses, mayEdit }, store) {
    this.addresses = addresses;
    this.mayEdit = mayEdit;
    this.store = store;
    this.token = store.state.token;
    this.queue = [];
    this.trouble = ""; // "", "offline", "signed_out" or "gone"
    this.tries = 0;
    this.cue = "";
    this.onState = () => {};
    addEventListener("online", () => this.wake());
    addEventListener("pagehide", () => this.leave());
    addEventListener("beforeunload", (event) => {
      if (this.isBusy) event.preventDefault();
    });
    setInterval(() => this.poll(), POLL_MILLISECONDS);
    this.poll();
  }

  get isBusy() {
    return this.queue.length > 0 || this.store.hasUnsent;
  }

  // `body()` is asked for just before sending, null when there is nothing to send any more. Resolves with
  // {status, answer} when it was decided one way or the other.
  send(address, body, about = null) {
    return new Promise((resolve) => {
      this.queue.push({ address, body, about, resolve });
      this.onState();
      this.pump();
    });
  }

  waits(about) {
    return this.queue.some((one, index) => one.about === about && (index > 0 || !one.frozen));
  }

  async pump() {
    if (this.isPumping) return;
    this.isPumping = true;
    while (this.queue.length) {
      const one = this.queue[0];
      one.frozen ??= one.body();
      const result = one.frozen === null ? { status: 204, answer: null } : await this.post(one.address, one.frozen);
      if (AGAIN.has(result.status) || (result.status === 400 && !one.isRenewed)) {
        one.isRenewed = one.isRenewed || result.status === 400;
        await this.pause(result.status);
        continue;
      }
      this.queue.shift();
      if (result.status === 200) this.store.take(result.answer);
      one.resolve(result);
      this.setTrouble("");
      await new Promise((resume) => setTimeout(resume)); // what follows from it goes first
    }
    this.isPumping = false;
    this.onState();
  }

  // Waits longer from time to time, until the connection is said to be back; asks for a new token on the way.
  async pause(status) {
    this.setTrouble(status === 401 ? "signed_out" : status === 400 ? "" : "offline");
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
    return this.ask(this.addresses[address], { method: "POST", headers, body: JSON.stringify({ ...this.seen, ...body }) });
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

  // What others did meanwhile, and that this person is here.
  async poll() {
    if (this.isPolling || document.hidden) return;
    this.isPolling = true;
    const { status, answer } = this.mayEdit
      ? await this.post("be", { cue: this.cue })
      : await this.ask(`${this.addresses.follow}?${new URLSearchParams(this.seen)}`, {});
    this.isPolling = false;
    if (status === 200) {
      this.token = answer.token;
      this.store.take(answer);
      if (this.trouble) this.wake();
      if (!this.queue.length) this.setTrouble("");
    } else if (status === 400) {
      await this.renewToken();
    } else {
      this.setTrouble(status === 401 ? "signed_out" : [403, 404].includes(status) ? "gone" : "offline");
    }
  }

  leave() {
    if (!this.mayEdit) return;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token };
    const body = JSON.stringify({ ...this.seen, leaves: true });
    fetch(this.addresses.be, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  }
}
