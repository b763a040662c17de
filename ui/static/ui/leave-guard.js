/* <form data-guard>: says “Not saved yet” once something is changed, and asks before the page is left.
   data-guard="dirty" is a form that came back with errors: what was typed is on the page and nowhere else. */
"use strict";
{
  const untouched = new WeakMap();
  const sent = new WeakSet();

  const content = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));
  const changed = (form) => form.dataset.guard === "dirty" || content(form) !== untouched.get(form);
  const guarded = () => [...document.querySelectorAll("form[data-guard]")];

  const watch = (root) => {
    for (const form of root.querySelectorAll("form[data-guard]")) {
      if (!untouched.has(form)) untouched.set(form, content(form));
    }
  };
  const say = (form) => {
    const status = form.querySelector("[data-guard-status]");
    if (status && form.dataset.guard !== "dirty") status.textContent = changed(form) ? status.dataset.unsaved : "";
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
    if (!event.defaultPrevented) sent.add(event.target);
  });
  document.addEventListener("click", (event) => {
    const way = event.target.closest("[data-guard-leave]");
    if (way) sent.add(way.closest("form"));
  });
  window.addEventListener("beforeunload", (event) => {
    if (guarded().some((form) => !sent.has(form) && changed(form))) event.preventDefault();
  });
}
