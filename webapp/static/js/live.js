// Keeps standings and progress of a staff screen true while something is being done, by asking every few seconds.
// Where a page shows more than the changed words (`data-live-reload`, or a country's publication), it is loaded anew,
// unless somebody is writing or watching: then it says so, and waits. A page with a mark (`data-live-mark`) changes its parts in place as soon as
// the mark is another one: who is on it stays where they are.
(() => {
  const place = document.querySelector("[data-live-source]");
  if (!place) return;
  const secondsWhenBusy = 4;
  const secondsWhenIdle = 20;
  const patience = 60;
  const reloads = place.hasAttribute("data-live-reload");
  const kept = place.hasAttribute("data-live-kept"); // the page answers a form, and what was typed stands in it again
  const told = document.querySelector("[data-live-told]");
  let misses = 0;

  const find = (name, key) => [...document.querySelectorAll(`[data-live${name}="${CSS.escape(key)}"]`)];

  // True when the page as a whole is out of date.
  function show(entry) {
    const shown = find("", entry.key);
    const hasChanged = shown.some((element) => element.dataset.standing !== entry.standing);
    if (entry.words) {
      for (const element of shown) {
        element.dataset.standing = entry.standing;
        element.className = `badge badge-${entry.tone}`;
        element.textContent = entry.words;
      }
    }
    for (const element of find("-words", entry.key)) element.textContent = entry.words;
    for (const element of find("-detail", entry.key)) element.textContent = entry.detail;
    for (const bar of find("-progress", entry.key)) {
      if (entry.progress === null) bar.removeAttribute("value");
      else bar.value = entry.progress;
    }
    return hasChanged && (reloads || !entry.words);
  }

  const isWritten = (field) => (kept && field.value) || field.value !== field.defaultValue;
  const isTicked = (field) => field.checked !== field.defaultChecked;
  const isBegun = (video) => !video.paused || (video.currentTime > 0 && !video.ended);
  const every = (selector) => [...document.querySelectorAll(selector)];

  const isInUse = () =>
    every("textarea:not([readonly])").some(isWritten) ||
    every("form input[name]:not([type=hidden], [type=checkbox], [type=radio])").some((field) => field.value !== field.defaultValue) ||
    every("form input[name]:is([type=checkbox], [type=radio])").some(isTicked) ||
    every("input[type=file]").some((field) => field.value) ||
    every("video").some(isBegun);

  // Puts the parts of the page as they are now in the place of those that are shown.
  async function renew() {
    const answer = await fetch(page(), { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return load();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement?.id;
    for (const part of place.querySelectorAll("[data-live-part]")) {
      const now = fresh.getElementById(part.id);
      if (now) part.replaceWith(document.adoptNode(now));
    }
    place.dataset.liveMark = fresh.querySelector("[data-live-mark]").dataset.liveMark;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  // A page that answers a form has the form's address: loading that again would send it again.
  const page = () => place.dataset.livePage ?? location.href;
  const load = () => (place.dataset.livePage ? location.replace(page()) : location.reload());

  function loadWhenFree() {
    if (!isInUse()) return load();
    if (told) told.hidden = false;
  }

  const isMarked = "liveMark" in place.dataset;
  let isOld = false;

  async function ask() {
    const answer = await fetch(place.dataset.liveSource, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return load();
    if (!answer.ok) throw new Error(String(answer.status));
    const { statements, countries, mark } = await answer.json();
    const entries = [...statements, ...countries];
    isOld = entries.map(show).some(Boolean) || isOld;
    if (isMarked && mark !== place.dataset.liveMark && (reloads || !isInUse())) await renew();
    if (isOld) loadWhenFree();
    return entries.some((entry) => entry.is_busy);
  }

  async function beat() {
    let isBusy = true;
    try {
      if (!document.hidden) isBusy = await ask();
      misses = 0;
    } catch {
      misses += 1;
    }
    if (misses > patience) return;
    const seconds = (isBusy ? secondsWhenBusy : secondsWhenIdle) * Math.min(1 + misses, 5);
    setTimeout(beat, seconds * 1000);
  }

  setTimeout(beat, secondsWhenBusy * 1000);
})();
