/* Puts the keyboard where the news is: on the error summary of a page or its question, or on what an htmx answer marks with data-focus.
   And back to where it was: when a dialog or a toast closes, and after a toast's Undo, which loads the page anew. */
"use strict";
{
  const KEY = "focus after undo";
  const news = (root) => root.querySelector("#errors, [data-focus], .is-invalid");

  document.addEventListener("htmx:afterSettle", (event) => {
    const target = news(event.detail.elt);
    if (target) target.focus();
  });

  // What stands in a menu is gone with it: then its button is meant.
  const reachable = (element) => element?.closest(".dropdown-menu")?.parentElement.querySelector('[data-bs-toggle="dropdown"]') ?? element;
  const isLost = () => document.activeElement === document.body || !document.activeElement?.checkVisibility();
  const give = (element) => {
    const target = element?.isConnected && element !== document.body && element.checkVisibility() ? element : document.getElementById("main");
    target?.focus();
  };

  const openers = new WeakMap();
  let last = null; // what had the keyboard last, dialogs and toasts aside
  document.addEventListener("focusin", (event) => {
    if (!event.target.closest(".modal, .toasts")) last = reachable(event.target);
  });
  document.addEventListener("show.bs.modal", (event) => openers.set(event.target, reachable(event.relatedTarget ?? document.activeElement)));
  document.addEventListener("hidden.bs.modal", (event) => {
    if (isLost()) give(openers.get(event.target));
  });
  document.addEventListener("hidden.bs.toast", () => {
    if (isLost()) give(last);
  });

  document.addEventListener("submit", (event) => {
    const id = last?.id || last?.closest(".dropdown[id]")?.id;
    if (event.target.closest(".toasts") && id) sessionStorage.setItem(KEY, id);
  });
  const before = document.getElementById(sessionStorage.getItem(KEY) ?? "");
  sessionStorage.removeItem(KEY);
  const asked = document.querySelector("#errors, #open-ones [data-focus]");
  if (asked) asked.focus();
  else (before?.matches(".dropdown") ? before.querySelector("button") : before)?.focus();
}
