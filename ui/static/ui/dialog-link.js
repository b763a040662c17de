/* An address that ends in the id of a dialog (/requests/…/#resend) opens it: the menus of lists lead there. */
"use strict";
{
  const dialog = document.getElementById(location.hash.slice(1) || "no dialog");
  if (dialog?.classList.contains("modal")) {
    window.tabler.Modal.getOrCreateInstance(dialog).show();
    history.replaceState(null, "", location.pathname + location.search); // a reload does not open it again
  }
}
