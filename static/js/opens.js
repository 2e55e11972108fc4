// data-opens="id": a button that shows and hides one part (the navigation on small screens).

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (!button) return;
  const open = document.getElementById(button.dataset.opens).classList.toggle("open");
  button.setAttribute("aria-expanded", String(open));
});
