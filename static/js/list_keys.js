// [data-list-keys] around rows ([data-row] with a link inside): j and k move, Enter opens, / goes to the search box.
import { isTyping, onParts } from "./page.js";

function rowsOf(list) {
  return [...list.querySelectorAll("[data-row]")];
}

function choose(list, step) {
  const rows = rowsOf(list);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step));
  rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === next)));
  const link = rows[next].querySelector("a");
  if (link) link.focus({ preventScroll: true });
  rows[next].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const list = document.querySelector("[data-list-keys]");
  if (event.key === "/") {
    const box = document.querySelector("[data-search-box], input[type=search]");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  } else if (list && event.key === "j") choose(list, 1);
  else if (list && event.key === "k") choose(list, -1);
  else if (list && event.key === "Enter" && event.target === document.body) {
    const link = list.querySelector("[data-row][aria-selected=true] a");
    if (link) link.click();
  }
});

// A filter bar sends itself when a choice changes; text waits for Enter.
onParts("form[data-filters]", (form) => {
  form.addEventListener("change", (event) => event.target.tagName === "SELECT" && form.requestSubmit());
});
