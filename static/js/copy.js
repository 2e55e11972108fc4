// data-copy="text" or data-copy-from="#id": puts it on the clipboard.
import { word } from "./page.js";
import { toast } from "./toast.js";

// Where there is no clipboard for scripts, what is selected in a field can be copied.
function copySelected(text) {
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = source ? source.value || source.textContent : button.dataset.copy;
  toast(word(text && (await copy(text.trim())) ? "copied" : "not-copied"));
  if (source && source.select) source.select();
});
