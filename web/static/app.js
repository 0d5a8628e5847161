// What htmx and HTML have no word for. Every page does without it.
"use strict";

// Leads keyboard and screen reader to what is wrong, once it is shown.
function focusFirst(root) {
  const wanted = root.querySelector("[data-autofocus]");
  if (wanted) wanted.focus();
}
document.addEventListener("DOMContentLoaded", () => focusFirst(document));
document.addEventListener("htmx:afterSwap", (event) => focusFirst(event.target));

// What a reader has opened stays open when a part of the page comes anew.
const opened = new Set();
document.addEventListener("htmx:beforeSwap", (event) => {
  opened.clear();
  event.target.querySelectorAll("details[data-keep][open]").forEach((d) => opened.add(d.dataset.keep));
});
document.addEventListener("htmx:afterSwap", (event) => {
  event.target.querySelectorAll("details[data-keep]").forEach((d) => { d.open ||= opened.has(d.dataset.keep); });
});

// A form is not sent into nothing: without a connection it stays as it is, and
// says so. One that is sent is remembered by its page's entry in the browser's
// history, so that the way back leads to what was typed, with its key: sent again
// unchanged it counts once.
const fieldsOf = (form) => [...form.elements].filter((f) => f.name && !["password", "file"].includes(f.type));
const formsByPost = () => [...document.querySelectorAll("main form")].filter((f) => f.method === "post");
function tell(form, text) {
  let told = form.querySelector("[data-told]");
  if (!told) {
    told = Object.assign(document.createElement("p"), { className: "ds-validation-message" });
    told.dataset.told = "";
    told.setAttribute("role", "alert");
    form.append(told);
  }
  told.textContent = text;
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (!navigator.onLine) {
    event.preventDefault();
    tell(form, document.body.dataset.offline);
    return;
  }
  const sent = { sent: formsByPost().indexOf(form), typed: fieldsOf(form).map((f) => [f.value, Boolean(f.checked)]) };
  history.replaceState({ ...history.state, ...sent }, "");
  const again = document.querySelector(".ds-error-summary, .bk-conflict"); // the address is the form's own
  if (sent.sent >= 0 && reader() && !again) sessionStorage.setItem(unsent, JSON.stringify({ ...sent, path: location.pathname + location.search, who: reader() }));
});
function fillAgain({ sent, typed }) {
  const form = formsByPost()[sent], fields = form ? fieldsOf(form) : [];
  if (fields.length !== typed?.length) return; // another form by now
  fields.forEach((field, i) => {
    if (field.type === "checkbox" || field.type === "radio") field.checked = typed[i][1];
    else field.value = typed[i][0];
  });
}
document.addEventListener("DOMContentLoaded", () => {
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") fillAgain(history.state || {});
});

// Whoever was signed out while they typed is led back to the form when they have
// signed in, and what they sent is there. Nothing else that was sent is kept.
const unsent = "unsent";
const reader = () => document.querySelector(".bk-user a")?.textContent;
document.addEventListener("DOMContentLoaded", () => {
  const kept = JSON.parse(sessionStorage.getItem(unsent));
  if (!kept) return;
  const next = document.querySelector("form[action='/sign-in'] [name=next]");
  if (next) {
    if (next.value.length < 2) next.value = kept.path; // nothing but the site's own address
    sessionStorage.setItem(unsent, JSON.stringify({ ...kept, asked: true }));
    return;
  }
  sessionStorage.removeItem(unsent);
  if (kept.asked && kept.path === location.pathname + location.search && kept.who === reader()) fillAgain(kept);
});

// A form that is under way takes no second click. The server counts it once in
// any case; this saves the wait. Coming back with the browser's history enables
// it again.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method !== "post") return;
  setTimeout(() => { button.setAttribute("aria-busy", "true"); button.disabled = true; });
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("button[aria-busy]").forEach((button) => {
    button.removeAttribute("aria-busy");
    button.disabled = false;
  });
});

// Asks before what cannot be undone, where the page says so.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

// A select or checkbox of a filter form applies at once.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && form.matches("[data-apply]")) form.requestSubmit();
});

// Work in the background: the bar moves, and the page shows the end by itself.
document.querySelectorAll("[data-stream]").forEach((place) => {
  const bar = place.querySelector("progress");
  const stream = new EventSource(place.dataset.stream);
  stream.addEventListener("progress", (event) => {
    const [done, total] = event.data.split(" ").map(Number);
    if (total > 0) { bar.max = total; bar.value = done; }
  });
  stream.addEventListener("done", () => { stream.close(); window.location.reload(); });
});

// A file may be dropped anywhere on its form.
document.querySelectorAll("[data-drop]").forEach((form) => {
  const input = form.querySelector("input[type=file]");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.toggleAttribute("data-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length > 0) input.files = event.dataTransfer.files;
    });
  }
});

// What is typed into a form for landlords stays on this device until the office
// has it: a draft is dropped on the page that follows a form that was sent, not
// when it is sent, for a line may break. One of another state of the home, or
// older than two weeks, is no longer what its writer means.
const draftLife = 14 * 24 * 60 * 60 * 1000;
document.addEventListener("DOMContentLoaded", () => {
  const remembers = (field) => field.name && !["hidden", "file", "password"].includes(field.type) && field.name !== "website";
  const ticked = (field) => field.type === "radio" || field.type === "checkbox";
  try {
    const sent = sessionStorage.getItem("draft-sent");
    sessionStorage.removeItem("draft-sent");
    if (sent && document.querySelector("[data-receipt]")) localStorage.removeItem(sent);
    document.querySelectorAll("form[data-draft]").forEach((form) => {
      const name = "draft:" + form.dataset.draft;
      const version = form.querySelector("input[name=form_version]")?.value || "";
      const now = () => {
        const values = {};
        for (const field of form.elements) {
          if (!remembers(field)) continue;
          values[field.name] = values[field.name] || [];
          if (!ticked(field) || field.checked) values[field.name].push(field.value);
        }
        return values;
      };
      const shown = JSON.stringify(now());
      const draft = JSON.parse(localStorage.getItem(name) || "null");
      const fresh = draft && draft.version === version && Date.now() - draft.at < draftLife;
      if (draft && !fresh) localStorage.removeItem(name);
      // A form that came back with errors has what was typed last.
      if (fresh && !form.querySelector("[aria-invalid]") && !document.querySelector(".ds-error-summary, .bk-conflict")) {
        for (const field of form.elements) {
          if (!remembers(field) || !(field.name in draft.values)) continue;
          if (ticked(field)) field.checked = draft.values[field.name].includes(field.value);
          else field.value = draft.values[field.name][0] || "";
          if (field.closest("details") && !ticked(field) && field.value) field.closest("details").open = true;
        }
        const note = form.querySelector("[data-draft-note]");
        if (note && JSON.stringify(now()) !== shown) {
          note.hidden = false;
          note.querySelector("button").addEventListener("click", () => {
            localStorage.removeItem(name);
            form.reset();
            note.hidden = true;
          });
        }
      }
      form.addEventListener("input", () => localStorage.setItem(name, JSON.stringify({ at: Date.now(), version, values: now() })));
      form.addEventListener("submit", () => sessionStorage.setItem("draft-sent", name));
    });
  } catch { /* a browser that keeps nothing */ }
  // The deposit beside the law's cap, as it is typed: an amount, or months.
  document.querySelectorAll("[data-deposit-cap]").forEach((part) => {
    const deposit = part.querySelector("input"), rent = document.getElementById("f-rent");
    const told = document.createElement("p");
    told.className = "ds-validation-message";
    told.setAttribute("role", "status");
    part.append(told);
    const cap = Number(part.dataset.depositCap);
    const amount = (text) => Number(text.replace(/[^\d]/g, ""));
    const check = () => {
      const text = deposit.value.trim(), months = /^(\d+)\s*(m|x|\*)/i.exec(text);
      const over = months ? Number(months[1]) > cap : /^[\d\s.,krKR-]+$/.test(text) && amount(rent.value) > 0 && amount(text) > cap * amount(rent.value);
      told.textContent = over ? part.dataset.message : "";
    };
    deposit.addEventListener("input", check);
    rent.addEventListener("input", check);
  });
});
