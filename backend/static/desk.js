// Keeps an open page true: what the server says again replaces what it said before. Everything works without it.
const page = document.querySelector("[data-events]");
const draft = document.getElementById("brouillon");
const seen = document.getElementById("seen");
const talk = document.querySelector(".thread-body");

function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function show(id, html) {
  const next = made(html);
  const before = document.getElementById(id);
  if (!next) return;
  if (!before) {
    document.getElementById("fin")?.before(next);
    return;
  }
  const link = before.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  before.replaceWith(next);
  if (link) next.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus();
}

// What was said while something was being written has not been seen: the server asks before it sends.
function see() {
  const last = document.getElementById("vu");
  if (last && seen && draft && !draft.value.trim()) seen.value = last.dataset.seen;
}

if (page) {
  const events = new EventSource(page.dataset.events);
  events.onmessage = (event) => {
    const atEnd = talk && Math.abs(talk.scrollTop) < 40; // the column is reversed: its end is 0
    for (const [id, html] of Object.entries(JSON.parse(event.data))) show(id, html);
    if (atEnd) talk.scrollTop = 0;
    see();
  };
  events.addEventListener("bye", () => {
    events.close();
    if (!draft || !draft.value.trim()) location.reload();
  });
  addEventListener("pagehide", () => events.close());
}

draft?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    draft.form.requestSubmit(draft.form.querySelector(".primary"));
  }
});
