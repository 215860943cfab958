// The demo's phone, live. The page works without this file; it adds: no reload, news as they come.

const $ = (selector, from = document) => from.querySelector(selector);
const screen_ = $(".screen");
const box = $("textarea");
const end = () => { screen_.scrollTop = screen_.scrollHeight; };

// Lines that are new or changed take their place; the others are left alone, so that only what is new is read out.
function show(page) {
  const talk = $("#talk");
  const held = talk.contains(document.activeElement);
  const wanted = [...$("#talk", page).children];
  const names = new Set(wanted.map((line) => line.id));
  for (const line of [...talk.children]) if (!line.id || !names.has(line.id)) line.remove();
  let news = false;
  for (const line of wanted) {
    const there = line.id && document.getElementById(line.id);
    if (there && $("details[open]", there)) $("details", line)?.setAttribute("open", ""); // a list somebody is reading stays open
    if (!there) talk.append(line), (news = true);
    else if (there.innerHTML !== line.innerHTML) there.replaceWith(line);
  }
  $("#apps").replaceWith($("#apps", page));
  if (held && !talk.contains(document.activeElement)) screen_.focus({ preventScroll: true });
  if (news) end();
}

const read = async (answer) => show(new DOMParser().parseFromString(await answer.text(), "text/html"));
const look = () => document.hidden || fetch(location.pathname).then(read).catch(() => {});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.closest(".phone")) return;
  event.preventDefault();
  const said = new URLSearchParams(new FormData(form, event.submitter));
  const written = form.id === "writing" ? box.value : "";
  if (written) box.value = "";
  try {
    await read(await fetch(form.action, { method: "POST", body: said }));
  } catch {
    if (written) box.value = written; // the demo was stopped: nothing typed is lost
  }
  $(".menu")?.removeAttribute("open");
});

box?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (box.value.trim()) box.form.requestSubmit();
});

new EventSource("/demo/phones/events").onmessage = look;
document.addEventListener("visibilitychange", look);
end();
