// Keeps the parts of a page that are marked `data-fresh` up to date by asking for the page again every few seconds
// and putting in what changed. The keyboard stays where it is, and so does the page.
(() => {
  const parts = () => [...document.querySelectorAll("[data-fresh][id]")];
  const seconds = 5;
  const patience = 60;
  let misses = 0;

  function put(part, fresh) {
    if (!fresh || part.innerHTML === fresh.innerHTML) return;
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const place = focused && [...part.querySelectorAll("a, button")].indexOf(focused);
    part.replaceChildren(...document.importNode(fresh, true).childNodes);
    if (!focused) return;
    const again = focused.id ? document.getElementById(focused.id) : part.querySelectorAll("a, button")[place];
    again?.focus({ preventScroll: true });
  }

  async function ask() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    if (answer.redirected) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts()) put(part, page.getElementById(part.id));
  }

  async function beat() {
    try {
      if (!document.hidden) await ask();
      misses = 0;
    } catch {
      misses += 1;
    }
    if (misses <= patience) setTimeout(beat, seconds * 1000 * Math.min(1 + misses, 5));
  }

  setTimeout(beat, seconds * 1000);
})();
