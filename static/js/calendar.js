// data-calendar="address": a week, month and list calendar of what the address gives. data-picks: a free time that is
// chosen goes into the form of the page. On a phone it is the list of a day. What could not be loaded is said by
// data-word-failed: an empty calendar would look free.
/* global FullCalendar */
const SMALL = window.matchMedia("(max-width: 48rem)");
const VIEWS = { small: "listDay,listWeek", large: "timeGridWeek,dayGridMonth,listWeek" };

function local(moment) {
  const two = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

function named({ wordDay, wordWeek }) {
  return { listDay: { buttonText: wordDay }, listWeek: { buttonText: wordWeek } };
}

function pick({ start, end, allDay }) {
  const form = document.querySelector("#book form");
  if (!form || allDay) return;
  form.elements.begins.value = local(start);
  form.elements.ends.value = local(end);
  form.elements.begins.scrollIntoView({ block: "center" });
  form.elements.begins.focus();
}

// The hours shown: those in which it is open, and one before and after. Nothing scrolls, so the keyboard reaches all.
function shown(hours) {
  if (!hours.length) return {};
  const number = (text) => Number(text.slice(0, 2));
  const first = Math.max(0, Math.min(...hours.map((row) => number(row.startTime))) - 1);
  const last = Math.min(24, Math.max(...hours.map((row) => number(row.endTime))) + 1);
  return { slotMinTime: `${first}:00:00`, slotMaxTime: `${last}:00:00` };
}

function alertAbove(box) {
  const note = document.createElement("div");
  note.className = "alert trouble";
  note.setAttribute("role", "alert");
  note.textContent = box.dataset.wordFailed;
  note.hidden = true;
  box.before(note);
  return note;
}

function show(box) {
  const failed = alertAbove(box);
  const said = box.querySelector("script[type='application/json']");
  const hours = said ? JSON.parse(said.textContent) : [];
  const size = SMALL.matches ? "small" : "large";
  const calendar = new FullCalendar.Calendar(box, {
    locale: document.documentElement.lang.startsWith("zh") ? "zh-cn" : "en-gb",
    firstDay: 1,
    timeZone: "local",
    initialView: size === "small" ? "listDay" : "timeGridWeek",
    buttonIcons: false, // they would come as a font that the security policy does not let in
    buttonText: { prev: "‹", next: "›" },
    initialDate: box.dataset.date,
    views: size === "small" ? named(box.dataset) : {},
    headerToolbar: { start: "prev,next today", center: "title", end: VIEWS[size] },
    height: "auto",
    allDaySlot: false,
    nowIndicator: true,
    businessHours: hours.length ? hours : false,
    ...shown(hours),
    selectable: "picks" in box.dataset,
    selectMirror: true,
    selectOverlap: false,
    select: pick,
    events: box.dataset.calendar,
    eventSourceFailure: () => (failed.hidden = false),
    eventSourceSuccess: () => void (failed.hidden = true),
    eventDisplay: "block",
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
  });
  calendar.render();
}

document.querySelectorAll("[data-calendar]").forEach(show);
