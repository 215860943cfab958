// The web chat, live. The page works without this file; it adds: no reload, news as they come, and patience where there is no network.

const $ = (selector, from = document) => from.querySelector(selector);
const talk = $("#talk");
const form = $("#write-form");
const box = $("#write");
const unseen = $("#unseen");
const token = form.elements.token.value;
const says = talk.dataset;
const headers = { Authorization: `Bearer ${token}` };
const KEPT = "palier-unsent";
const HEAVIEST = 10 * 1024 * 1024;

let last = Number(says.last);
let gone = false; // the person is leaving: nothing more is fetched or shown
document.documentElement.classList.add("live");

// ── showing ────────────────────────────────────────────────────────────────────────────────────────────────

let rested = 0; // where we left the page; elsewhere, the person has moved it and reads
let wrote = -Infinity; // when the person wrote last: what comes just after is the answer, and needs no announcing
const still = () => Math.abs(scrollY - rested) < 40;
const answering = () => performance.now() - wrote < 5000;
const under = (line) => line.getBoundingClientRect().top > innerHeight - $(".foot").offsetHeight;
const atEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 120;

// Own words, or a person's answer, at the top and what follows under them; or simply the end where all of it fits.
function follow() {
  const mine = [...talk.querySelectorAll(".mine, .by-team")].pop();
  const room = innerHeight - $(".head").offsetHeight - $(".foot").offsetHeight;
  const tall = mine && $(".main").getBoundingClientRect().bottom - mine.getBoundingClientRect().top > room;
  if (tall) mine.scrollIntoView({ block: "start" });
  else scrollTo(0, document.documentElement.scrollHeight);
  rested = scrollY;
}

// Buttons of questions that are over go; links and calls stay.
function close(open) {
  for (const asks of talk.querySelectorAll(".ask")) {
    if (!open.includes(Number(asks.closest("li").dataset.n))) remove(asks);
  }
}

// Taking away what holds the focus would send a keyboard back to the top of the page: the talk's last line takes it.
function remove(node, heir) {
  const held = node.contains(document.activeElement);
  node.remove();
  if (held) focusOn(heir || talk.lastElementChild);
}

function focusOn(line) {
  line.tabIndex = -1;
  line.focus({ preventScroll: true });
}

// The conversation was erased: nothing of it stays on the page.
function begin() {
  last = 0;
  unseen.hidden = true;
  for (const one of unsent.filter((each) => each.sent)) drop(one);
  for (const item of [...talk.children]) if (!item.matches(".unsent")) item.remove();
}

function show({ html, open, mine, anew, tongue }, number) {
  if (tongue !== says.tongue && !box.value && !unsent.some((one) => !one.sent)) location.reload(); // the robot speaks another language: so does the page
  if (anew && !gone) begin();
  if (number <= last || gone) return;
  last = number;
  const there = atEnd() || (still() && answering());
  const piece = document.createElement("template");
  piece.innerHTML = html;
  const line = piece.content.lastElementChild;
  const waiting = line && mine && (unsent.find((one) => one.shown === said(line)) || unsent.find((one) => one.sent));
  if (waiting) settle(waiting, line);
  talk.insertBefore(piece.content, waiting ? waiting.item : $(".unsent", talk));
  close(open);
  if (there || mine) follow();
  if (line && unseen.hidden && !mine && !(there && answering()) && under(line)) {
    news = line;
    unseen.hidden = false;
  }
}

const said = (line) => $(".bubble", line).textContent.trim();

// The bubble that waited is kept where it stands (it may hold the focus, and was read aloud once): it only becomes the line it announced.
function settle(one, line) {
  unsent.splice(unsent.indexOf(one), 1);
  keep();
  const { item } = one;
  item.classList.remove("unsent");
  item.dataset.n = line.dataset.n;
  $(".sent", item).replaceWith($(".sent", line));
  line.remove();
  const first = $(".unsent", talk);
  if (first && item.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_PRECEDING) talk.insertBefore(item, first);
}

let news = null; // the first line that came while the person read higher up
unseen.addEventListener("click", () => {
  unseen.hidden = true;
  news.scrollIntoView({ block: "start" });
  focusOn(news);
});
addEventListener("scroll", () => { if (atEnd()) unseen.hidden = true; }, { passive: true });

// ── hearing ────────────────────────────────────────────────────────────────────────────────────────────────

let line = null; // what ends the stream under way
let pause = 500;
let wake = () => {};
const rest = (ms) => new Promise((done) => { wake = done; setTimeout(done, ms); });

// fetch rather than EventSource: the session travels in a header, which works where a browser keeps no cookie.
async function hear() {
  line = new AbortController();
  let watch;
  const alive = () => { clearTimeout(watch); watch = setTimeout(() => line.abort(), 40000); };
  try {
    alive();
    const answer = await fetch(`/chat/events?look=page&after=${last}`, { headers, cache: "no-store", signal: line.signal });
    if (!answer.ok) return answer.status === 401;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = "", part; !(part = await reader.read()).done;) {
      alive();
      pause = 500;
      const events = (text + part.value).split("\n\n");
      text = events.pop();
      for (const one of events) {
        const data = /^data: (.*)$/m.exec(one);
        if (data) show(JSON.parse(data[1]), Number(/^id: (\d+)$/m.exec(one)[1]));
      }
    }
  } catch { /* the network went; it comes back */ } finally { clearTimeout(watch); }
  return false;
}

let hearing = false;
async function listen() {
  if (hearing) return;
  hearing = true;
  while (!gone && !(await hear())) {
    await rest(pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, 10000);
  }
  hearing = false;
}

// ── sending ────────────────────────────────────────────────────────────────────────────────────────────────

const unsent = []; // {id, body, shown, item, sent}: until its line comes back from the service

// An unsent message outlives a reload of this tab, and nothing else.
function keep() {
  const left = unsent.filter((one) => !one.sent && !one.refused && !one.file).map(({ id, body, shown }) => ({ id, body, shown }));
  try {
    if (left.length) sessionStorage.setItem(KEPT, JSON.stringify(left));
    else sessionStorage.removeItem(KEPT);
  } catch { /* no storage here: they live as long as the page */ }
}

const icons = $("use").getAttribute("href").split("#")[0];
function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
}

function say(one, text, failed = false) {
  const state = $(".sent", one.item);
  if (state.textContent === text) return; // not read aloud again at each try
  const there = atEnd();
  state.replaceChildren(icon(failed ? "alert" : "clock"), Object.assign(document.createElement("span"), { textContent: text }));
  state.classList.toggle("failed", failed);
  if (there && one.item.isConnected) follow();
}

const name = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`);

function add(body, shown, id = name(), file = null) {
  const item = document.createElement("li");
  const bubble = document.createElement("div");
  item.className = "turn mine by-me starts unsent";
  bubble.className = "bubble";
  bubble.append(Object.assign(document.createElement("p"), { textContent: file ? file.name : shown, dir: "auto" }));
  item.append(Object.assign(document.createElement("p"), { className: "sr", textContent: says.me }), bubble, Object.assign(document.createElement("p"), { className: "sent" }));
  const one = { id, body, shown: shown.trim(), item, file, sent: false, refused: false };
  say(one, says.sending);
  if ($(".tongues")) $(".tongues").remove(); // proposed before the first word; from here on the robot proposes
  talk.append(item);
  unsent.push(one);
  wrote = performance.now();
  keep();
  flush();
  return one;
}

// Two lines, words and files: what is written, perhaps in danger, never waits behind a heavy file.
const flushing = {};
const flush = () => { drain("words"); drain("files"); };
async function drain(line) {
  if (flushing[line]) return;
  flushing[line] = true;
  const next = (each) => !each.sent && !each.refused && !each.file === (line === "words");
  for (let one; !gone && (one = unsent.find(next));) {
    const seconds = await post(one);
    if (seconds) await Promise.race([rest(seconds * 1000), new Promise((back) => addEventListener("online", back, { once: true }))]);
  }
  flushing[line] = false;
}

function parcel(one) {
  const fields = new FormData();
  fields.append("once", one.id);
  fields.append("file", one.file);
  return { url: "/chat/files", init: { headers, body: fields }, patience: 300000 };
}

function letter(one) {
  const body = JSON.stringify({ ...one.body, client_id: one.id });
  return { url: "/chat/messages", init: { headers: { ...headers, "Content-Type": "application/json" }, body }, patience: 15000 };
}

// Sends one; returns the seconds to wait before the next try, 0 when it is settled.
async function post(one) {
  let answer;
  if (one.file && one.file.size > HEAVIEST) return refuse(one, says.unfit);
  const { url, init, patience } = one.file ? parcel(one) : letter(one);
  try {
    answer = await fetch(url, { method: "POST", ...init, signal: AbortSignal.timeout ? AbortSignal.timeout(patience) : undefined });
  } catch {
    say(one, says.offline);
    return 3;
  }
  if (answer.status === 202) {
    one.sent = true;
    keep();
    if (one.opening) drop(one);
    listen();
    return 0;
  }
  if (answer.status === 429 || answer.status >= 500) {
    say(one, answer.status === 429 ? says.slow : says.broken);
    return Number(answer.headers.get("Retry-After")) || 5;
  }
  if (one.file) return refuse(one, answer.status === 413 || answer.status === 415 ? says.unfit : says.old);
  refuse(one, answer.status === 413 ? says.long : says.old);
  if (!box.value && one.body.text) box.value = one.body.text;
  return 0;
}

function refuse(one, why) {
  one.refused = true;
  keep();
  say(one, `${why} ${says.sos}`, true);
  return 0;
}

function drop(one) {
  unsent.splice(unsent.indexOf(one), 1);
  one.item.remove();
}

box.enterKeyHint = "send";
if (!CSS.supports("field-sizing", "content")) box.addEventListener("input", () => { box.rows = Math.min(6, box.value.split("\n").length); });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value;
  if (!text.trim()) return;
  box.value = "";
  add({ text }, text);
  follow();
});

// The clip opens the phone's own chooser; what is chosen goes at once.
const file = $("#file");
$("#attach summary").addEventListener("click", (event) => { event.preventDefault(); file.click(); });
file.addEventListener("change", () => {
  for (const each of file.files) add({}, says.file, name(), each);
  file.value = "";
  follow();
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

$("#go").addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || button.name === "see") return;
  event.preventDefault();
  const one = add({ [button.name]: button.value }, button.textContent.trim());
  const asks = button.closest(".ask");
  focusOn(one.item);
  if (asks) asks.remove();
  follow();
});

addEventListener("online", () => wake());
addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });

// ── leaving ────────────────────────────────────────────────────────────────────────────────────────────────

$(".leave").addEventListener("submit", (event) => {
  event.preventDefault();
  gone = true;
  document.body.hidden = true;
  document.title = "";
  try { sessionStorage.removeItem(KEPT); } catch { /* nothing was kept */ }
  if (line) line.abort();
  fetch("/chat/leave", { method: "POST", redirect: "manual", keepalive: true }).catch(() => {});
  location.replace(event.target.dataset.to || "/chat/blank");
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// ── beginning ──────────────────────────────────────────────────────────────────────────────────────────────

try {
  for (const { id, body, shown } of JSON.parse(sessionStorage.getItem(KEPT) || "[]")) add(body, shown, id);
} catch { /* nothing was kept */ }

if (location.pathname !== "/chat") history.replaceState(null, "", "/chat"); // a link that worked once: loaded again, this is the page
if (says.payload) {
  history.replaceState(null, "", "/chat");
  add({ text: `/start ${says.payload}` }, "…").opening = true;
}
if (last) listen();
if (!location.hash && last) follow();
