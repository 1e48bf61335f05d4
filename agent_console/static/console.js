// What pages need beyond htmx: clocks that tick, drafts that survive, the form that opens itself.
import { keepDrafts, restoreDraft } from "./drafts.js";
import { tick } from "./timers.js";

const byId = (id) => document.getElementById(id);
let shownCall = "";

/** The caller's history is loaded once a call; pushes of the same call leave it alone. */
function followCall() {
  const panel = document.querySelector("#call [data-call-id]");
  const callId = panel ? panel.dataset.callId : "";
  if (callId === shownCall || !byId("ticket")) return;
  shownCall = callId;
  if (!callId) {
    byId("history").replaceChildren();
    return;
  }
  if (panel.dataset.stage !== "ended") {
    htmx.ajax("GET", "/calls/current/history", { source: "#history", target: "#history", swap: "innerHTML" });
  }
  openTicket(panel);
}

/** The form of a new call opens by itself, unless another one is being typed in. */
function openTicket(panel) {
  const form = document.querySelector("#ticket form");
  const mine = document.querySelector(`#ticket [data-call-id="${CSS.escape(panel.dataset.callId)}"]`);
  if (mine || (form && form.dataset.typed)) return;
  // Not a click: htmx has not looked at the pushed button yet.
  const path = panel.querySelector("[data-open-ticket]").getAttribute("hx-get");
  htmx.ajax("GET", path, { source: "#ticket", target: "#ticket", swap: "innerHTML" });
}

function dismiss(event) {
  if (event.target.closest("[data-dismiss]")) byId("notice").replaceChildren();
}

/** A stale form keeps what was typed; this saves it over what somebody else wrote. */
function saveOver(event) {
  const button = event.target.closest("[data-take-version]");
  if (!button) return;
  byId("ticket-version").value = button.dataset.takeVersion;
  button.closest("form").requestSubmit();
}

/** One open menu at a time; it closes when something else is clicked. */
function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

function afterSwap(event) {
  tick();
  followCall();
  restoreDraft(event.target);
}

document.addEventListener("click", (event) => {
  dismiss(event);
  saveOver(event);
  closeMenus(event);
});
document.addEventListener("htmx:afterSwap", afterSwap);
document.addEventListener("htmx:sseMessage", (event) => {
  if (event.detail.type === "ended") location.assign("/login");
  afterSwap(event);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { successful, requestConfig } = event.detail;
  if (successful && requestConfig.verb !== "get") byId("notice").replaceChildren();
});
document.addEventListener("htmx:sendError", () => document.body.classList.add("offline"));
document.addEventListener("htmx:sseError", () => document.body.classList.add("offline"));
document.addEventListener("htmx:sseOpen", () => document.body.classList.remove("offline"));

keepDrafts();
restoreDraft(document);
tick();
followCall();
setInterval(tick, 1000);
