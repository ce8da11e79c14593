// Moments of the recording: links and lines that lead to one, buttons that put the present one into a field. The player
// may come later than the page.
const NEAR_SECONDS = 0.5;

export class Moments {
  constructor() {
    this.links = [...document.querySelectorAll(".moments [data-seek]")];
  }

  get player() {
    return document.querySelector("#player");
  }

  begin() {
    for (const link of document.querySelectorAll("[data-seek]")) {
      link.addEventListener("click", (event) => {
        if (!this.player) return;
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
    for (const line of document.querySelectorAll("[data-timeline]")) this.follow(line);
  }

  offer(button, selector) {
    button.hidden = false;
    button.addEventListener("click", () => this.write(selector));
  }

  // A line shows `seconds` of which the player's first one is at `begins`.
  follow(line) {
    const place = line.querySelector("[data-place]");
    const [seconds, begins] = [Number(line.dataset.seconds), Number(line.dataset.begins ?? 0)];
    const width = line.viewBox.baseVal.width;
    line.addEventListener("click", ({ clientX }) => {
      const { left, width: shown } = line.getBoundingClientRect();
      this.seek(((clientX - left) / shown) * seconds - begins);
    });
    const show = ({ target }) => {
      if (target === this.player) place.setAttribute("x", (((target.currentTime + begins) / seconds) * width).toFixed(1));
    };
    for (const name of ["timeupdate", "seeking"]) document.addEventListener(name, show, true); // they do not bubble
  }

  seek(seconds) {
    const { player } = this;
    if (!player) return;
    if (player.preload === "none") player.preload = "auto";
    player.currentTime = Math.max(seconds, 0);
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
