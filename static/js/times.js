// <time datetime data-relative>: "3 minutes ago" in the page's language, kept fresh; the exact time stays as title.
import { onParts } from "./page.js";

const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
const shown = new Set();

function show(time) {
  const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, many]) => Math.abs(seconds) >= many) || ["minute", 60];
  if (Math.abs(seconds) < 14 * 86400) time.textContent = words.format(Math.round(seconds / length), unit);
}

onParts("time[data-relative]", (time) => {
  shown.add(time);
  show(time);
});
setInterval(() => shown.forEach(show), 60000);
