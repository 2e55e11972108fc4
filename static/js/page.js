// Words of the page's language, and a way to act on parts now and on those that htmx brings later.

export function word(name) {
  return document.body.getAttribute(`data-word-${name}`) || "";
}

export function onParts(selector, act) {
  const run = (root) => {
    if (root.matches && root.matches(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };
  run(document);
  document.addEventListener("htmx:load", (event) => run(event.detail.elt));
}

export function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
