/* #asked holds a dialog that wants an answer: opened where the page, or the answer to a switch, brings one.
   Closing it puts the keyboard back on the switch that it is about (data-back-to), and takes it away: htmx would give what
   Bootstrap has set on it to the next one. */
"use strict";
{
  const opened = new WeakSet(); // htmx tells of a swap once for each element in it
  const open = () => {
    const dialog = document.querySelector("#asked > .modal");
    if (!dialog || opened.has(dialog)) return;
    opened.add(dialog);
    const modal = window.tabler.Modal.getOrCreateInstance(dialog);
    const close = () => {
      document.getElementById(dialog.dataset.backTo)?.focus();
      setTimeout(() => { // Bootstrap is still at it
        modal.dispose();
        dialog.remove();
      });
    };
    dialog.addEventListener("hidden.bs.modal", close, { once: true });
    modal.show();
  };

  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.target.id === "asked" || event.detail.target?.id === "asked") open();
  });
  if (document.querySelector("#asked > .modal")) {
    open();
    history.replaceState(null, "", location.pathname); // a reload does not ask again
  }
}
