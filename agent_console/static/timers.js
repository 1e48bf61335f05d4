// Clocks on the page run on the server's time: a seat's own clock may be wrong.
const meta = document.querySelector('meta[name="server-now"]');
const ahead = meta ? Number(meta.content) - Date.now() / 1000 : 0;

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function shown(timer, now) {
  if (timer.dataset.until) return clock(Number(timer.dataset.until) - now);
  if (!timer.dataset.since) return "";
  return clock(Number(timer.dataset.stop || now) - Number(timer.dataset.since));
}

/** Bring every clock up to date. */
export function tick() {
  const now = Date.now() / 1000 + ahead;
  for (const timer of document.querySelectorAll("time.timer")) {
    timer.textContent = shown(timer, now);
  }
}
