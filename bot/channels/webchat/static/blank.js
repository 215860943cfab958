// The page that « Back » shows after « Quitter vite ». Opened anew (typed, followed), it opens the chat; come back to, it stays blank.
const [visit] = performance.getEntriesByType("navigation");
if (visit && visit.type === "navigate") document.getElementById("open").submit();
