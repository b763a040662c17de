/* Puts the keyboard where the news is: on the error summary of a page, or on what an htmx answer marks with data-focus. */
"use strict";
{
  const news = (root) => root.querySelector("#errors, [data-focus], .is-invalid");

  document.addEventListener("htmx:afterSettle", (event) => {
    const target = news(event.detail.elt);
    if (target) target.focus();
  });

  const errors = document.getElementById("errors");
  if (errors) errors.focus();
}
