// Under every file input: what was chosen, how big, a way to take one back. More than data-max-bytes in all is not sent.
import { onParts, word } from "./page.js";

function size(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function without(files, index) {
  const kept = new DataTransfer();
  [...files].forEach((file, at) => at !== index && kept.items.add(file));
  return kept.files;
}

function most(input) {
  return Number(input.dataset.maxBytes || Infinity);
}

function excess(input) {
  const bytes = [...input.files].reduce((sum, file) => sum + file.size, 0);
  return bytes > most(input) ? `${word("too-big")}: ${size(bytes)} / ${size(most(input))}` : "";
}

function warning(text) {
  const line = document.createElement("li");
  line.className = "too-big";
  line.setAttribute("role", "alert");
  line.textContent = text;
  return line;
}

onParts("input[type=file]", (input) => {
  if (input.dataset.listed) return;
  input.dataset.listed = "yes";
  const list = document.createElement("ul");
  list.className = "files";
  input.after(list);
  const show = () => {
    list.replaceChildren(
      ...[...input.files].map((file, index) => {
        const line = document.createElement("li");
        const tooBig = file.size > most(input);
        line.classList.toggle("too-big", tooBig);
        const name = document.createElement("span");
        name.textContent = tooBig ? `${file.name} (${word("too-big")})` : file.name;
        const bytes = document.createElement("span");
        bytes.className = "size";
        bytes.textContent = size(file.size);
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "btn-close";
        remove.setAttribute("aria-label", `${word("remove")}: ${file.name}`);
        remove.addEventListener("click", () => {
          input.files = without(input.files, index);
          show();
        });
        line.append(name, bytes, remove);
        return line;
      }),
    );
    const said = excess(input);
    input.setCustomValidity(said);
    if (said) list.append(warning(said));
  };
  input.addEventListener("change", show);
  show();
});

// First of all listeners, and for forms with novalidate too: on its way such a form would only be cut off.
document.addEventListener(
  "submit",
  (event) => {
    const input = [...event.target.querySelectorAll("input[type=file]")].find((one) => one.validity.customError);
    if (!input) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    input.reportValidity();
  },
  { capture: true },
);
