/* <form data-guard>: says “Not saved yet” once something is changed, and asks before the page is left.
   data-guard="dirty" is a form that came back with errors: what was typed is on the page and nowhere else.
   data-guard-but="preview_" passes over the fields whose names begin so. What is sent into a frame is not yet saved. */
"use strict";
{
  const untouched = new WeakMap();
  const sent = new WeakSet();

  const kept = (form) => [...new FormData(form)].filter(([name]) => !form.dataset.guardBut || !name.startsWith(form.dataset.guardBut));
  const content = (form) => JSON.stringify(kept(form).map(([name, value]) => [name, value.name ?? value]));
  const changed = (form) => form.dataset.guard === "dirty" || content(form) !== untouched.get(form);
  const guarded = () => [...document.querySelectorAll("form[data-guard]")];

  const watch = (root) => {
    for (const form of root.querySelectorAll("form[data-guard]")) {
      if (!untouched.has(form)) untouched.set(form, content(form));
    }
  };
  const say = (form) => {
    const status = form.querySelector("[data-guard-status]");
    if (!status || form.dataset.guard === "dirty") return;
    if (!changed(form)) status.textContent = "";
    else if (!status.textContent.trim()) status.textContent = status.dataset.unsaved; // else it names the changes already
  };
  const onChange = (event) => {
    const form = event.target.form;
    if (form && untouched.has(form)) say(form);
  };

  watch(document);
  document.addEventListener("input", onChange);
  document.addEventListener("change", onChange);
  document.addEventListener("htmx:load", (event) => watch(event.detail.elt.parentElement ?? document));
  document.addEventListener("reset", (event) => {
    if (untouched.has(event.target)) requestAnimationFrame(() => say(event.target));
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && !event.submitter?.formTarget) sent.add(event.target);
  });
  document.addEventListener("click", (event) => {
    const way = event.target.closest("[data-guard-leave]");
    if (way) sent.add(way.closest("form"));
  });
  window.addEventListener("beforeunload", (event) => {
    if (guarded().some((form) => !sent.has(form) && changed(form))) event.preventDefault();
  });
}
