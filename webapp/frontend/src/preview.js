// The preview loads its player once somebody wants to watch: on a slow line the words come first.
const video = document.querySelector("video[data-manifest]");
const begin = document.querySelector('[data-part="begin"]');

if (video && begin) {
  begin.hidden = false;
  video.controls = false;
  begin.addEventListener("click", () => {
    begin.disabled = true;
    const player = document.createElement("script");
    player.src = begin.dataset.player;
    player.addEventListener("load", () => {
      begin.hidden = true;
      video.controls = true;
      video.focus();
      video.play().catch(() => {});
    });
    player.addEventListener("error", () => {
      begin.disabled = false;
      document.querySelector("[data-player-problem]").hidden = false;
    });
    document.body.append(player);
  });
}
