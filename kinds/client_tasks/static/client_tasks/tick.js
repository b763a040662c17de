/* Without the yes to “Is everything done?” the box is empty again. */
"use strict";
document.addEventListener("hidden.bs.modal", () => {
  for (const form of document.querySelectorAll("form[data-tick]")) form.reset();
});
