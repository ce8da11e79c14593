// A link or an answer that leads into a folded part of the page unfolds it.
export function unfoldWhereLinksLead() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link) unfold(link.hash);
  });
  window.addEventListener("hashchange", () => unfold(location.hash));
  if (unfold(location.hash)) document.getElementById(location.hash.slice(1)).scrollIntoView();
}

function unfold(hash) {
  const folded = document.getElementById(hash.slice(1))?.closest("details:not([open])");
  if (folded) folded.open = true;
  return Boolean(folded);
}
