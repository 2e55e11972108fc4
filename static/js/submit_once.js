// A form is sent once: its button says so and waits; coming back to the page frees it again.
import { word } from "./page.js";

const PATIENCE_MS = 20000;

function release(button) {
  button.removeAttribute("aria-busy");
  button.removeAttribute("aria-disabled");
  if (button.dataset.label) button.textContent = button.dataset.label;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") === "dialog" || form.matches("[hx-post], [hx-get]")) return;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(releaseAll, PATIENCE_MS);
  const button = event.submitter;
  if (!button || form.getAttribute("method") !== "post" || !button.classList.contains("btn")) return;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  if (!button.childElementCount) {
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.sending || word("sending");
  }
});

function releaseAll() {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll("[aria-busy=true]").forEach(release);
}

window.addEventListener("pageshow", releaseAll);
