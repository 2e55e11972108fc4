// Every module acts on data-* attributes or plain semantics, and again on what htmx brings in.
import "./choose.js";
import "./confirm.js";
import "./copy.js";
import "./counter.js";
import "./digits.js";
import "./draft.js";
import "./files.js";
import "./opens.js";
import "./list_keys.js";
import "./print.js";
import "./session.js";
import "./submit_once.js";
import "./times.js";
import "./toast.js";
