// form[data-digits="grade"]: a digit key chooses the radio of that name with that value, unless one is typing.
import { isTyping } from "./page.js";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || (isTyping(event.target) && event.target.type !== "radio")) return;
  const form = document.querySelector("form[data-digits]");
  const radio = form?.querySelector(`input[type=radio][name="${form.dataset.digits}"][value="${CSS.escape(event.key)}"]`);
  if (!radio) return;
  event.preventDefault();
  radio.click();
  radio.focus();
});
