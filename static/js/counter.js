// Every textarea with a maxlength says how much of it is used once half is gone.
import { onParts } from "./page.js";

onParts("textarea[maxlength]", (box) => {
  if (box.dataset.counted) return;
  box.dataset.counted = "yes";
  const most = box.maxLength;
  const line = document.createElement("div");
  line.className = "counter";
  line.setAttribute("aria-hidden", "true");
  box.after(line);
  const show = () => {
    const used = box.value.length;
    line.textContent = used * 2 > most ? `${used} / ${most}` : "";
    line.classList.toggle("over", used >= most);
  };
  box.addEventListener("input", show);
  show();
});
