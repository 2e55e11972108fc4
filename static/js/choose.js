// data-choose: a form of rows to tick; data-choose-all ticks them all, data-choose-count says how many, and
// data-choose-send waits until there is one.
function count(form) {
  const rows = [...form.querySelectorAll('input[type="checkbox"][name]')];
  const chosen = rows.filter((row) => row.checked).length;
  const all = form.querySelector("[data-choose-all]");
  if (all) {
    all.checked = rows.length > 0 && chosen === rows.length;
    all.indeterminate = chosen > 0 && chosen < rows.length;
    all.disabled = rows.length === 0;
  }
  form.querySelectorAll("[data-choose-count]").forEach((place) => (place.textContent = chosen || ""));
  form.querySelectorAll("[data-choose-send]").forEach((button) => (button.disabled = chosen === 0));
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-choose]");
  if (!form) return;
  if (event.target.matches("[data-choose-all]")) {
    form.querySelectorAll('input[type="checkbox"][name]').forEach((row) => (row.checked = event.target.checked));
  }
  count(form);
});

window.addEventListener("pageshow", () => document.querySelectorAll("[data-choose]").forEach(count));
