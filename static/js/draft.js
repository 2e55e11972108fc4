// data-draft-url on a form: sends what is typed there two seconds after the last key, and when the page is left.
// The server keeps it; [data-draft-state] inside the form shows data-saved, data-saving or data-failed.
import { onParts } from "./page.js";

const PAUSE_MS = 2000;

function fieldsOf(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

onParts("form[data-draft-url]", (form) => {
  const state = form.querySelector("[data-draft-state]");
  const say = (name) => state && (state.textContent = state.dataset[name] || "");
  let timer;
  let unsaved = false;

  async function save(leaving) {
    clearTimeout(timer);
    if (!unsaved) return;
    unsaved = false;
    if (!leaving) say("saving");
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: fieldsOf(form), keepalive: leaving });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      say("saved");
    } catch {
      unsaved = true;
      say("failed");
    }
  }

  form.addEventListener("input", () => {
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS, false);
  });
  form.addEventListener("submit", () => {
    unsaved = false;
    clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));
});
