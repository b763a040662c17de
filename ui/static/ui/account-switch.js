/* The choice of account opens by itself after signing in, until one is chosen or it is closed: then one stays where one is. */
"use strict";
{
  const dialog = document.getElementById("switch");
  const asked = "account-asked"; // in localStorage: the sign-in at which the choice was closed
  const since = dialog.dataset.openSince;
  dialog.addEventListener("shown.bs.modal", () => (dialog.querySelector("[aria-current]") ?? dialog).focus());
  if (since && localStorage.getItem(asked) !== since) {
    dialog.addEventListener("hidden.bs.modal", () => {
      localStorage.setItem(asked, since);
      document.getElementById("main").focus();
    }, { once: true });
    window.tabler.Modal.getOrCreateInstance(dialog).show();
  }
}
