// data-copy="text" or data-copy-from="#id": puts it on the clipboard.
import { word } from "./page.js";
import { toast } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = source ? source.value || source.textContent : button.dataset.copy;
  if (source && source.select) source.select();
  try {
    await navigator.clipboard.writeText(text.trim());
  } catch {
    document.execCommand("copy");
  }
  toast(word("copied"));
});
