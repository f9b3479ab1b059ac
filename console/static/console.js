// Small comforts; every page works without them.
"use strict";

// One press, one answer: a form that is on its way cannot be sent again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.classList.add("sending");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) {
    delete form.dataset.sent;
    form.classList.remove("sending");
  }
});

// A link that opens a folded part and puts the cursor there.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (!opener) return;
  const part = document.getElementById(opener.dataset.opens);
  if (!part) return;
  event.preventDefault();
  part.open = true;
  part.scrollIntoView({ block: "start", behavior: "smooth" });
  part.querySelector("textarea")?.focus({ preventScroll: true });
});

// Length of the text, counted as people count: by code points.
for (const output of document.querySelectorAll("[data-count-of]")) {
  const field = document.getElementById(output.dataset.countOf);
  const tell = () => {
    output.textContent = `${[...field.value].length.toLocaleString()} ${output.dataset.unit}`;
  };
  field.addEventListener("input", tell);
  tell();
}

// An unsaved text is not lost by a slip of the finger.
let leaving = false;
document.addEventListener("submit", () => { leaving = true; });
window.addEventListener("beforeunload", (event) => {
  const changed = [...document.querySelectorAll(".editor textarea, .editor input:not([type=hidden])")]
    .some((field) => field.value !== field.defaultValue);
  if (changed && !leaving) event.preventDefault();
});

// Seconds left to take an approval back. The button stays: whether it is too late, the service knows.
for (const undo of document.querySelectorAll("form.undo")) {
  const words = undo.querySelector(".undo-words");
  const again = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
  const until = performance.now() + (again ? 0 : Number(undo.dataset.seconds) * 1000);
  const tell = () => {
    const left = Math.ceil((until - performance.now()) / 1000);
    words.textContent = left > 0 ? undo.dataset.left.replace("{n}", left) : undo.dataset.over;
    if (left > 0) setTimeout(tell, 250);
  };
  tell();
}
