/* <form data-select-rows>: counts the ticked [data-row] in the bulk bar and ties [data-all-rows] to them; [data-all-matching] means
   more than the page shows, and says so in place of the count.
   That the bar appears with the first ticked row is the style sheet's work. */
"use strict";
{
  const rows = (form) => [...form.querySelectorAll("[data-row]")];

  const show = (form) => {
    const ticked = rows(form).filter((row) => row.checked).length;
    const count = form.querySelector("[data-selected-count]");
    const all = form.querySelector("[data-all-rows]");
    const matching = form.querySelector("[data-all-matching]");
    if (matching && ticked < rows(form).length) matching.checked = false;
    if (count && matching?.checked) count.textContent = matching.dataset.said;
    else if (count) count.textContent = ticked ? (ticked === 1 ? count.dataset.one : count.dataset.many).replace("{n}", ticked) : "";
    if (all) {
      all.checked = ticked > 0 && ticked === rows(form).length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
  };
  const tick = (form, checked) => {
    for (const row of rows(form)) row.checked = checked;
    show(form);
  };
  const showEach = () => document.querySelectorAll("[data-select-rows]").forEach(show);

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-select-rows]");
    if (!form) return;
    if (event.target.matches("[data-all-rows]")) tick(form, event.target.checked);
    else if (event.target.matches("[data-all-matching]") && event.target.checked) tick(form, true);
    else if (event.target.matches("[data-all-matching]")) show(form);
    else if (event.target.matches("[data-row]")) show(form);
  });
  document.addEventListener("click", (event) => {
    const clear = event.target.closest("[data-clear-selection]");
    const form = clear?.closest("[data-select-rows]");
    if (!form) return;
    tick(form, false);
    form.querySelector("[data-all-rows]")?.focus();
  });
  document.addEventListener("htmx:afterSettle", showEach);
  window.addEventListener("pageshow", showEach); // a browser that goes back keeps the ticks
}
