// A short word in the corner. Others import `toast`; the server sends HX-Trigger: {"toast": "…"}.
import { word } from "./page.js";

const SHOWN_MS = 5000;

export function toast(text) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const note = document.createElement("div");
  note.className = "note-toast";
  note.textContent = text;
  region.append(note);
  setTimeout(() => note.classList.add("leaving"), SHOWN_MS);
  setTimeout(() => note.remove(), SHOWN_MS + 400);
}

document.addEventListener("toast", (event) => toast(event.detail.value || event.detail));
document.addEventListener("htmx:sendError", () => toast(word("failed")));
document.addEventListener("htmx:responseError", () => toast(word("failed")));
