/* <form data-tidy-query>: filters left at “All” do not end up in the address. */
"use strict";
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-tidy-query]")) return;
  for (const [name, value] of [...event.formData]) {
    if (value === "") event.formData.delete(name);
  }
});
