/* A dialog that htmx has put into [data-loaded-dialog] opens at once, at its first field, and is gone when it closes. */
"use strict";
document.addEventListener("htmx:afterSwap", (event) => {
  const place = event.detail.target;
  if (!place.matches("[data-loaded-dialog]")) return;
  const dialog = place.querySelector(".modal");
  if (!dialog) return;
  const before = document.activeElement;
  dialog.addEventListener("shown.bs.modal", () => dialog.querySelector("select, textarea, input:not([type=hidden]), [type=submit]")?.focus(), { once: true });
  dialog.addEventListener("hidden.bs.modal", () => {
    place.replaceChildren();
    before?.focus();
  }, { once: true });
  window.tabler.Modal.getOrCreateInstance(dialog).show();
});
