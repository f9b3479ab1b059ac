// The draft's page: checks while typing, an edit that is never lost, undo, keys, swipes, and long work told as it goes on.
"use strict";

document.documentElement.classList.add("scripted");

// -- the editor

const editor = document.getElementById("editor");
if (editor) {
  const form = editor.querySelector("form");
  const fields = [...form.querySelectorAll(".over > input, .over > textarea")];
  const underlay = (field) => document.getElementById(`marks-${field.name}`);
  const key = `okaeri-draft-${editor.dataset.draft}`;

  const verdict = (words) => {
    const line = document.getElementById("live-verdict");
    const said = line.querySelector("span") ?? line.appendChild(document.createElement("span"));
    line.className = "live-verdict";
    said.textContent = words;
  };
  const loggedOut = () => { form.querySelector(".logged-out").hidden = false; };

  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    const text = form.querySelector("textarea");
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 2}px`;
  };

  for (const field of fields) {
    field.addEventListener("input", () => {
      underlay(field)?.classList.add("stale"); // marks of the text before
      sessionStorage.setItem(key, JSON.stringify({
        digest: editor.dataset.digest,
        texts: Object.fromEntries(fields.map((one) => [one.name, one.value])),
      }));
      grow();
    });
    field.addEventListener("scroll", () => {
      const marks = underlay(field);
      if (marks) [marks.scrollLeft, marks.scrollTop] = [field.scrollLeft, field.scrollTop];
    });
  }
  editor.addEventListener("toggle", grow);

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (form.contains(event.target)) verdict(form.dataset.checking);
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    if (!form.contains(event.target)) return;
    verdict(form.dataset.lost);
    if (event.detail.xhr.status === 403) loggedOut();
  });
  document.body.addEventListener("htmx:sendError", (event) => {
    if (form.contains(event.target)) verdict(form.dataset.lost);
  });
  form.querySelector(".logged-out a").addEventListener("click", () => { leaving = true; });

  // An edit outlives its log-in: it is kept in this tab until it is saved or thrown away.
  const restore = () => {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
    if (!kept) return;
    const changed = fields.some((field) => kept.texts[field.name] !== undefined && kept.texts[field.name] !== field.value);
    if (new URLSearchParams(location.search).get("said") === "edit" || !changed) {
      sessionStorage.removeItem(key);
      return;
    }
    for (const field of fields) field.value = kept.texts[field.name] ?? field.value;
    editor.open = true;
    const box = form.querySelector(".kept");
    const said = box.querySelector("span");
    said.textContent = kept.digest === editor.dataset.digest ? said.dataset.said : said.dataset.saidNewer;
    box.hidden = false;
    box.querySelector("button").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      for (const field of fields) field.value = field.defaultValue;
      box.hidden = true;
      editor.open = false;
    });
    fields.at(-1).dispatchEvent(new Event("input", { bubbles: true }));
  };
  window.addEventListener("load", restore);

  // A finding leads to its words. Spans count code points, fields UTF-16.
  document.getElementById("live").addEventListener("click", (event) => {
    const finding = event.target.closest("[data-from]");
    const field = finding && fields.find((one) => one.name === finding.dataset.field);
    if (!field) return;
    const points = [...field.value];
    const place = (count) => points.slice(0, count).join("").length;
    field.focus();
    field.setSelectionRange(place(Number(finding.dataset.from)), place(Number(finding.dataset.to)));
  });
}
for (const out of document.querySelectorAll('form[action="/console/logout"]')) {
  out.addEventListener("submit", () => sessionStorage.clear());
}

// -- keys: one letter each, never while somebody types

const switchOfKeys = document.getElementById("keys-on");
if (switchOfKeys) {
  switchOfKeys.checked = localStorage.getItem("okaeri-keys") !== "off";
  switchOfKeys.addEventListener("change", () => {
    localStorage.setItem("okaeri-keys", switchOfKeys.checked ? "on" : "off");
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || !switchOfKeys.checked) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector(":popover-open")) return;
    const wanted = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)]
      .find((one) => !one.disabled && one.checkVisibility());
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  });
}

// -- swipes on a phone; the buttons do the same

const FAR = 96;
let touched = null;
const panes = document.querySelector(".panes");
panes?.addEventListener("touchstart", (event) => {
  const [at] = event.touches;
  const edge = at.clientX < 28 || at.clientX > innerWidth - 28; // the browser's own "back"
  const busy = event.touches.length > 1 || event.target.closest("input, textarea, .screens, .editor");
  touched = edge || busy ? null : { x: at.clientX, y: at.clientY, when: event.timeStamp };
}, { passive: true });
panes?.addEventListener("touchend", (event) => {
  if (!touched) return;
  const [at] = event.changedTouches;
  const [right, down, took] = [at.clientX - touched.x, at.clientY - touched.y, event.timeStamp - touched.when];
  touched = null;
  if (Math.abs(right) < FAR || Math.abs(right) < 2.5 * Math.abs(down) || took > 900) return;
  if (String(getSelection())) return;
  if (right > 0) document.getElementById("sure")?.showPopover();
  else document.querySelector("[data-swipe=left]")?.click();
});

// -- long work, told as it goes on

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-told]") || form.dataset.sent) return;
  event.preventDefault();
  const telling = form.parentElement.querySelector(".telling");
  const [steps, coming] = [telling.querySelector(".steps"), telling.querySelector(".coming")];
  const step = (words, kind) => {
    steps.lastElementChild?.classList.add("over");
    const line = document.createElement("li");
    line.textContent = words;
    line.className = kind ?? "";
    steps.append(line);
    line.scrollIntoView({ block: "nearest" });
  };
  const failed = (words) => {
    step(words, "trouble");
    telling.classList.remove("busy");
    delete form.dataset.sent;
    form.classList.remove("sending");
  };
  steps.replaceChildren();
  coming.textContent = "";
  telling.hidden = false;
  telling.classList.add("busy");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "text/event-stream" },
      body: new URLSearchParams(new FormData(form, event.submitter)),
    });
    if (!answer.headers.get("Content-Type")?.startsWith("text/event-stream")) {
      failed(answer.status === 403 ? telling.dataset.loggedOut : telling.dataset.failed);
      return;
    }
    for await (const [name, said] of told(answer.body)) {
      if (name === "step") {
        step(said.said);
        if (said.text) coming.textContent = said.text;
      } else if (name === "done") {
        step(telling.dataset.done, "over");
        leaving = true;
        location.assign(said.to);
        return;
      } else {
        failed(said.said);
        return;
      }
    }
    failed(telling.dataset.lost);
  } catch {
    failed(telling.dataset.lost);
  }
});

async function* told(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const lines = Object.fromEntries(part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
      if (lines.event) yield [lines.event, JSON.parse(lines.data)];
    }
  }
}
