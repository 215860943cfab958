// The one script line of another site: <script src="https://…/chat/embed.js" async></script>
// A button opens the chat in a frame of ours. Nothing is stored on the host's page, and nothing is fetched before the button is pressed.
(() => {
  const here = document.currentScript;
  const home = new URL("/chat", here.src).href;
  const label = here.dataset.label || "Parler au robot du CLLAJ";
  const dress = (node, look) => Object.assign(node.style, look);

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  dress(button, {
    position: "fixed", insetBlockEnd: "1rem", insetInlineEnd: "1rem", zIndex: "2147483646", minBlockSize: "3rem", padding: ".5rem 1rem",
    border: "0", borderRadius: "10px", background: "#1b5a55", color: "#fff", font: "600 1rem/1.3 system-ui, sans-serif", cursor: "pointer",
  });

  let frame = null;
  const open = () => button.getAttribute("aria-expanded") === "true";
  function show(wanted) {
    if (wanted && !frame) {
      frame = document.createElement("iframe");
      frame.src = home;
      frame.title = label;
      frame.referrerPolicy = "no-referrer";
      dress(frame, {
        position: "fixed", insetBlockEnd: "5rem", insetInlineEnd: "1rem", zIndex: "2147483646", inlineSize: "min(26rem, calc(100vw - 2rem))",
        blockSize: "min(42rem, calc(100vh - 7rem))", border: "1px solid #7b7d75", borderRadius: "18px", background: "#f3f3ef",
      });
      button.before(frame);
    }
    if (frame) frame.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
    button.textContent = wanted ? "Fermer" : label;
    if (wanted) frame.focus();
  }
  button.addEventListener("click", () => show(!open()));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && open()) { show(false); button.focus(); } });
  document.body.append(button);
})();
