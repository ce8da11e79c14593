// Leads from the English pointer page on to the reader's language; runs before the page is drawn.
const pages = new Map(
  [...document.querySelectorAll('link[rel="alternate"][hreflang]')].map((link) => [link.hreflang, link.href]),
);
const asked = new URLSearchParams(location.search).get("lang");
const wished = [asked, ...(navigator.languages || [navigator.language])].map((tag) => (tag || "").slice(0, 2));
const chosen = wished.find((language) => pages.has(language));

if (chosen && chosen !== document.documentElement.lang) {
  location.replace(pages.get(chosen) + location.search + location.hash);
}
