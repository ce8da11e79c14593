// The address in the browser's bar: always that of the country's folder, which outlives every release, with the
// language and the statement that is watched alone as parameters, and the moment behind a hash: `#t=75` or `#t=1:15`.

const { lang: language, classList } = document.documentElement;
const MOMENT = /^#t=(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)$/;

export function readAddress() {
  return { statement: new URLSearchParams(location.search).get("statement"), at: readMoment() };
}

export function readMoment() {
  const found = MOMENT.exec(location.hash);
  if (!found) return 0;
  const [hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return hours * 3600 + minutes * 60 + seconds;
}

export function addressOf(statement, at = 0) {
  const search = new URLSearchParams({ lang: language });
  if (classList.contains("embedded")) search.set("embed", "");
  if (statement) search.set("statement", statement);
  const address = new URL(`./?${search}`, document.baseURI);
  if (at >= 1) address.hash = `t=${Math.floor(at)}`;
  return address;
}

export function showAddress(statement) {
  try {
    history.replaceState(null, "", addressOf(statement));
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
  target.hash = at >= 1 ? `t=${Math.floor(at)}` : "";
  link.href = target;
}
