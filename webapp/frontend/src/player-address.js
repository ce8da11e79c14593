// The address in the browser's bar: always that of the country's folder, which outlives every release, with the
// language, the statement that is watched alone and the moment as parameters.

const language = document.documentElement.lang;

export function readAddress() {
  const asked = new URLSearchParams(location.search);
  const seconds = Number(asked.get("t"));
  return { statement: asked.get("statement"), at: Number.isFinite(seconds) && seconds > 0 ? seconds : 0 };
}

export function showAddress(statement) {
  const search = new URLSearchParams({ lang: language });
  if (statement) search.set("statement", statement);
  try {
    history.replaceState(null, "", new URL(`./?${search}`, document.baseURI));
  } catch {
    // a page opened from a disk keeps its address
  }
  // The page's base leads elsewhere, so links within the page need its whole address.
  for (const link of document.querySelectorAll("a[data-inside]")) {
    link.href = Object.assign(new URL(location.href), { hash: link.dataset.inside });
  }
}

// A reader who changes the page's language goes on where they were.
export function carryPlace(link, statement, at) {
  const target = new URL(link.href);
  if (statement) target.searchParams.set("statement", statement);
  else target.searchParams.delete("statement");
  if (at >= 1) target.searchParams.set("t", String(Math.floor(at)));
  link.href = target;
}
