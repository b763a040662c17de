/* #asked holds a dialog that wants an answer: opened where the page, or the answer to a switch, brings one.
   Closing it puts the keyboard back on the switch that it is about (data-back-to). */
"use strict";
{
  const open = () => {
    const dialog = document.querySelector("#asked > .modal");
    if (!dialog) return;
    dialog.addEventListener("hidden.bs.modal", () => document.getElementById(dialog.dataset.backTo)?.focus(), { once: true });
    window.tabler.Modal.getOrCreateInstance(dialog).show();
  };

  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.target.id === "asked" || event.detail.target?.id === "asked") open();
  });
  if (document.querySelector("#asked > .modal")) {
    open();
    history.replaceState(null, "", location.pathname); // a reload does not ask again
  }
}
