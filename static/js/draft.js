// data-draft-url on a form: sends what is typed there two seconds after the last key, and when the page is left.
// The server keeps it; [data-draft-state] inside the form shows data-saved, data-saving or data-failed.
import { onParts } from "./page.js";

const PAUSE_MS = 2000;
const LIGHT_BYTES = 60000;

function fieldsOf(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

// What is light enough goes on being sent when the page is gone; browsers refuse to send more than 64 KiB so.
function isLight(data) {
  const bytes = [...data].reduce((sum, [name, value]) => sum + new TextEncoder().encode(name + value).length + 150, 0);
  return bytes < LIGHT_BYTES;
}

onParts("form[data-draft-url]", (form) => {
  const state = form.querySelector("[data-draft-state]");
  const say = (name) => state && (state.textContent = state.dataset[name] || "");
  let timer;
  let typed = 0;
  let saved = 0;

  async function save() {
    clearTimeout(timer);
    if (saved === typed) return;
    const saving = typed;
    say("saving");
    try {
      const body = fieldsOf(form);
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body, keepalive: isLight(body) });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      saved = Math.max(saved, saving);
      if (saved === typed) say("saved");
    } catch {
      if (saved < saving) say("failed");
    }
  }

  form.addEventListener("input", () => {
    typed += 1;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    saved = typed;
    clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
});
