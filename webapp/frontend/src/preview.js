// The preview loads its player once somebody wants to watch: on a slow line the words come first.
const video = document.querySelector("video[data-manifest]");
const begin = document.querySelector('[data-part="begin"]');

// Who has begun to watch with the browser's own means, before this script came, goes on.
const isWatching = () => !video.paused || video.currentTime > 0;

if (video && begin && !isWatching()) {
  let isLoading = false;
  begin.hidden = false;
  video.controls = false;
  begin.addEventListener("click", () => {
    if (isLoading) return;
    isLoading = true; // not disabled: that would take the focus away
    const player = document.createElement("script");
    player.src = begin.dataset.player;
    player.addEventListener("load", () => {
      begin.hidden = true;
      video.controls = true;
      video.focus();
      video.play().catch(() => {});
    });
    player.addEventListener("error", () => {
      isLoading = false;
      document.querySelector("[data-player-problem]").hidden = false;
    });
    document.body.append(player);
  });
}
