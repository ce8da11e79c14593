// Moments of the recording: links and a line that lead to one, buttons that put the present one into a field.
const NEAR_SECONDS = 0.5;

export class Moments {
  constructor(player) {
    this.player = player;
    this.line = document.querySelector('[data-part="moments"]');
    this.links = [...document.querySelectorAll(".moments [data-seek]")];
  }

  begin() {
    for (const link of document.querySelectorAll("[data-seek]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.seek(Number(link.dataset.seek));
        this.player.focus();
      });
    }
    for (const button of document.querySelectorAll("[data-set-moment]")) {
      this.offer(button, `[data-part="${button.dataset.setMoment}"]`);
    }
    const now = document.querySelector('[data-part="comment-now"]');
    if (now) this.offer(now, '[data-part="comment-at"]');
    if (this.line) this.followLine();
  }

  offer(button, selector) {
    button.hidden = false;
    button.addEventListener("click", () => this.write(selector));
  }

  followLine() {
    const place = document.querySelector('[data-part="moments-place"]');
    const seconds = Number(this.line.dataset.seconds);
    const width = this.line.viewBox.baseVal.width;
    this.line.addEventListener("click", ({ clientX }) => {
      const { left, width: shown } = this.line.getBoundingClientRect();
      this.seek(((clientX - left) / shown) * seconds);
    });
    this.player.addEventListener("timeupdate", () => {
      place.setAttribute("x", ((this.player.currentTime / seconds) * width).toFixed(1));
    });
  }

  seek(seconds) {
    if (this.player.preload === "none") this.player.preload = "auto";
    this.player.currentTime = Math.max(seconds, 0);
  }

  move(seconds) {
    this.seek(this.player.currentTime + seconds);
  }

  next() {
    const later = this.links.map((link) => Number(link.dataset.seek)).filter((at) => at > this.player.currentTime + NEAR_SECONDS);
    if (later.length) this.seek(Math.min(...later));
  }

  write(selector) {
    const field = document.querySelector(selector);
    if (field && this.player) field.value = clock(this.player.currentTime);
  }
}

// Minutes, seconds and, where there are any, tenths; as the server reads them.
function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  const whole = Math.floor(tenths / 10);
  const plain = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return tenths % 10 ? `${plain}.${tenths % 10}` : plain;
}
