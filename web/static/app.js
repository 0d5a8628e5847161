// What htmx and HTML have no word for. Every page does without it.
"use strict";

// Leads keyboard and screen reader to what is wrong, once it is shown.
function focusFirst(root) {
  const wanted = root.querySelector("[data-autofocus]");
  if (wanted) wanted.focus();
}
document.addEventListener("DOMContentLoaded", () => focusFirst(document));
document.addEventListener("htmx:afterSwap", (event) => focusFirst(event.target));

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
  const typed = fieldsOf(form).map((f) => [f.value, Boolean(f.checked)]);
  history.replaceState({ ...history.state, sent: formsByPost().indexOf(form), typed }, "");
});
document.addEventListener("DOMContentLoaded", () => {
  const { sent, typed } = history.state || {};
  const form = formsByPost()[sent];
  if (!form || performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return;
  const fields = fieldsOf(form);
  if (fields.length !== typed.length) return; // another form by now
  fields.forEach((field, i) => {
    if (field.type === "checkbox" || field.type === "radio") field.checked = typed[i][1];
    else field.value = typed[i][0];
  });
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

// What is typed into a form for landlords stays on this device until it is sent.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const name = "draft:" + form.dataset.draft;
    const kept = (field) => field.name && !["hidden", "file", "password"].includes(field.type) && field.name !== "website";
    try {
      const draft = JSON.parse(localStorage.getItem(name) || "null");
      if (draft && !form.querySelector("[aria-invalid]")) {
        for (const field of form.elements) {
          if (!kept(field) || !(field.name in draft)) continue;
          if (field.type === "radio" || field.type === "checkbox") field.checked = draft[field.name].includes(field.value);
          else if (!field.value) field.value = draft[field.name][0] || "";
        }
      }
      form.addEventListener("input", () => {
        const now = {};
        for (const field of form.elements) {
          if (!kept(field)) continue;
          now[field.name] = now[field.name] || [];
          if ((field.type !== "radio" && field.type !== "checkbox") || field.checked) now[field.name].push(field.value);
        }
        localStorage.setItem(name, JSON.stringify(now));
      });
      form.addEventListener("submit", () => localStorage.removeItem(name));
    } catch { /* a browser that keeps nothing */ }
  });
  // The deposit beside the law's cap, as it is typed.
  document.querySelectorAll("[data-deposit-cap]").forEach((part) => {
    const deposit = part.querySelector("input"), rent = document.getElementById("f-rent");
    const told = document.createElement("p");
    told.className = "ds-validation-message";
    told.setAttribute("role", "status");
    part.append(told);
    const amount = (field) => Number((field.value || "").replace(/[^\d]/g, ""));
    const check = () => {
      const over = /^[\d\s.,krKR-]+$/.test(deposit.value) && amount(rent) > 0 && amount(deposit) > Number(part.dataset.depositCap) * amount(rent);
      told.textContent = over ? part.dataset.message : "";
    };
    deposit.addEventListener("input", check);
    rent.addEventListener("input", check);
  });
});
