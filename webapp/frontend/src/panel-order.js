// The order of a panel by dragging and by arrow keys; each change is kept at once. Without it there are the buttons.
import Sortable from "sortablejs";

const list = document.querySelector("[data-order]");
if (list) begin(list);

function begin(list) {
  const words = JSON.parse(list.dataset.words);
  const status = document.querySelector("[data-order-status]");
  const undo = document.querySelector("[data-order-undo]");
  const rows = () => [...list.querySelectorAll(":scope > [data-speaker]")];
  const order = () => rows().map((row) => row.dataset.speaker).join(",");
  let kept = order();
  let sending = Promise.resolve();

  document.querySelector("[data-order-hint]").hidden = false;
  for (const handle of list.querySelectorAll("[data-handle]")) {
    handle.hidden = false;
    handle.addEventListener("keydown", move);
  }
  Sortable.create(list, { handle: "[data-handle]", forceFallback: true, animation: 120, onEnd: (event) => put(event.item) });

  function move(event) {
    const row = event.target.closest("[data-speaker]");
    const beside = { ArrowUp: row.previousElementSibling, ArrowDown: row.nextElementSibling }[event.key];
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    if (!beside) return;
    if (event.key === "ArrowUp") beside.before(row);
    else beside.after(row);
    event.target.focus();
    put(row);
  }

  // One change after the other: each names the order that the one before left.
  function put(row) {
    number();
    sending = sending.then(() => keep(row)).catch(putBack);
  }

  async function keep(row) {
    const wanted = order();
    if (wanted === kept) return;
    const place = rows().indexOf(row) + 1;
    const body = new URLSearchParams({ csrf_token: list.dataset.token, seen: list.dataset.seen, order: wanted });
    const answer = await fetch(list.dataset.order, { method: "POST", body, headers: { Accept: "application/json" } });
    // Somebody else was first, or is signed out: the page as it is now says so.
    if ([401, 409].includes(answer.status)) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    kept = wanted;
    learn(await answer.json());
    status.className = "unseen";
    status.textContent = words.place.replace("{place}", place).replace("{size}", rows().length);
  }

  function learn({ seen, undoable }) {
    list.dataset.seen = seen;
    for (const field of document.querySelectorAll(".movers [name=seen], [data-order-undo] [name=seen]")) field.value = seen;
    undo.elements.event_id.value = undoable ?? "";
    undo.hidden = !undoable;
  }

  function number() {
    const all = rows();
    for (const [index, row] of all.entries()) {
      row.querySelector(".place").textContent = index + 1;
      row.querySelector("[value=up]").disabled = index === 0;
      row.querySelector("[value=down]").disabled = index === all.length - 1;
    }
  }

  function putBack() {
    for (const speaker of kept.split(",")) list.append(list.querySelector(`[data-speaker="${speaker}"]`));
    number();
    status.className = "note note-warn";
    status.textContent = words.lost;
  }
}
