// Leads from the English pointer page on to the reader's language, or to the player by itself where a page that shows
// it inside another one asks for that; runs before the page is drawn.
const pages = new Map(
  [...document.querySelectorAll('link[rel="alternate"][hreflang]')].map((link) => [link.hreflang, link.href]),
);
const asked = new URLSearchParams(location.search);
const wished = [asked.get("lang"), ...(navigator.languages || [navigator.language])];
const chosen = wished.map((tag) => (tag || "").slice(0, 2)).find((language) => pages.has(language));
const { embed } = document.currentScript.dataset;

if (embed && asked.has("embed")) {
  location.replace(new URL(`${embed}${chosen ?? "en"}.html`, document.baseURI) + location.search + location.hash);
} else if (chosen && chosen !== document.documentElement.lang) {
  location.replace(pages.get(chosen) + location.search + location.hash);
}
