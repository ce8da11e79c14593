// The list of all recommendations: narrowed by words, and copied.
import { copyText } from "./player-choices.js";

export function offerRecommendations(section) {
  const filter = section.querySelector(".filter");
  const copy = section.querySelector(".copy");
  const said = section.querySelector("output");
  const blocks = [...section.querySelectorAll(".recommending")];
  filter.hidden = copy.hidden = false;
  filter.querySelector("input").addEventListener("input", ({ target }) => narrow(blocks, target.value));
  copy.addEventListener("click", async () => {
    const isCopied = await copyText(blocks.filter((block) => !block.hidden).map(textOf).join("\n\n"));
    if (!isCopied) getSelection().selectAllChildren(section); // one key copies what is selected
    said.textContent = isCopied ? said.dataset.copied : "";
  });
}

function narrow(blocks, words) {
  const wanted = words.trim().toLowerCase();
  for (const block of blocks) {
    const names = [...block.querySelectorAll("h3, .speaker")].map((name) => name.textContent.toLowerCase());
    const isSpeaker = names.some((name) => name.includes(wanted));
    const items = [...block.querySelectorAll("li")];
    for (const item of items) item.hidden = !isSpeaker && !item.textContent.toLowerCase().includes(wanted);
    block.hidden = items.every((item) => item.hidden);
  }
}

function textOf(block) {
  const items = [...block.querySelectorAll("li")];
  const lines = items.filter((item) => !item.hidden).map((item) => `${items.indexOf(item) + 1}. ${item.textContent}`);
  const names = [...block.querySelectorAll("h3, .speaker")].map((name) => name.textContent);
  return [names.join(", "), ...lines].join("\n");
}
