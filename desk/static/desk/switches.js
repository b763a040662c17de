/* A switch that saves at once goes back, and says so, when it could not be saved. */
"use strict";
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    const control = event.detail.elt;
    if (!control.matches("[data-saved-at-once]")) return;
    control.checked = !control.checked;
    document.getElementById("not-saved").hidden = false;
  });
}
