// Two minutes before an idle session ends a dialog asks; staying fetches a page, which counts as a sign of life.

const seconds = Number(document.body.dataset.sessionSeconds || 0);
const dialog = document.getElementById("session-dialog");
const WARN_SECONDS = 120;

if (seconds > WARN_SECONDS && dialog) {
  let timer;
  const wind = () => {
    clearTimeout(timer);
    timer = setTimeout(() => dialog.showModal(), (seconds - WARN_SECONDS) * 1000);
  };
  dialog.addEventListener("close", () => {
    fetch(dialog.querySelector("[data-stay]").dataset.stay, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    wind();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.requestConfig.headers["X-Background"]) wind();
  });
  wind();
}

// A part that asked for itself and got a whole page: the session is over. The page stays, and what was typed on it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (/^\s*<!doctype/i.test(event.detail.serverResponse)) event.detail.shouldSwap = false;
});
