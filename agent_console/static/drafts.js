// What is typed into a new ticket is kept in this browser until the ticket is saved, so that a
// reload or a lost line costs nothing. Saved tickets save themselves as they are typed in.
const PREFIX = "hotline.draft.";
/** Milliseconds a draft is kept: it holds a caller's own words. */
const KEEP = 24 * 3600 * 1000;

const keyOf = (form) => `${PREFIX}${document.body.dataset.person}.${form.dataset.draft}`;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forgetOld() {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const draft = read(key);
    if (!draft || Date.now() - draft.at > KEEP) localStorage.removeItem(key);
  }
}

function remember(event) {
  const form = event.target.closest && event.target.closest("form.ticket-form");
  if (!form) return;
  form.dataset.typed = "1";
  if (!form.dataset.draft) return;
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf");
  localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), fields }));
}

function forgetSaved(event) {
  // Not the event's target: the form that was sent may be off the page already.
  const form = event.detail.requestConfig.elt.closest("form.ticket-form");
  if (!form || !event.detail.successful || event.detail.requestConfig.verb === "get") return;
  delete form.dataset.typed;
  if (form.dataset.draft) localStorage.removeItem(keyOf(form));
}

/** Put a kept draft back into a new form. */
export function restoreDraft(root) {
  const form = root.querySelector && root.querySelector("form.ticket-form[data-draft]");
  if (!form || !form.dataset.draft || form.dataset.restored) return;
  form.dataset.restored = "1";
  const draft = read(keyOf(form));
  if (!draft) return;
  for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) {
    box.checked = draft.fields.some(([name, value]) => name === box.name && value === box.value);
  }
  for (const [name, value] of draft.fields) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type !== "checkbox" && field.type !== "radio") field.value = value;
    }
  }
  form.dataset.typed = "1";
}

/** Keep every new ticket as it is typed. */
export function keepDrafts() {
  forgetOld();
  document.addEventListener("input", remember);
  document.addEventListener("change", remember);
  document.addEventListener("htmx:afterRequest", forgetSaved);
}
