// On a phone the board's countries are folded to a line each; what somebody opened stays open while they work in this
// tab. Which widths fold is the style sheet's; without this everything is open.
(() => {
  const place = document.querySelector("[data-live-source]");
  if (!place) return;
  const key = `open-countries:${location.pathname}`;
  const open = new Set(JSON.parse(sessionStorage.getItem(key) ?? "[]"));

  function apply() {
    for (const button of place.querySelectorAll("[data-fold]")) {
      const isOpen = open.has(button.dataset.fold);
      button.setAttribute("aria-expanded", String(isOpen));
      button.closest(".country").classList.toggle("is-folded", !isOpen);
    }
  }

  function keep(code, isOpen) {
    if (isOpen) open.add(code);
    else open.delete(code);
    sessionStorage.setItem(key, JSON.stringify([...open]));
    apply();
  }

  // An address that names a speaker or a country opens it.
  function openTarget() {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const button = target && target.closest(".country")?.querySelector("[data-fold]");
    if (!button) return;
    keep(button.dataset.fold, true);
    target.scrollIntoView();
  }

  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fold]");
    if (button) keep(button.dataset.fold, !open.has(button.dataset.fold));
  });
  document.documentElement.classList.add("can-fold");
  apply();
  openTarget();
  addEventListener("hashchange", openTarget);
  new MutationObserver(apply).observe(place, { childList: true });
})();
