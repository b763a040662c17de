/* <template data-proposed-for="id of a text field"> holds a text; when another comes, the field gets it, unless somebody wrote their own. */
"use strict";
{
  const holder = () => document.querySelector("template[data-proposed-for]");
  const textOf = (template) => template.content.textContent.trim();
  let proposed = "";

  document.addEventListener("DOMContentLoaded", () => {
    if (holder()) proposed = textOf(holder());
  });

  document.addEventListener("htmx:afterSwap", () => {
    const template = holder();
    if (!template) return;
    const field = document.getElementById(template.dataset.proposedFor);
    if (field && field.value.trim() === proposed) field.value = textOf(template);
    proposed = textOf(template);
  });
}
