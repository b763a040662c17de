/* A screen reader speaks of what changes in a status region, not of what stood there from the start: put the toasts in anew. */
"use strict";
{
  const region = document.getElementById("toasts");
  const toasts = region ? [...region.children] : [];
  if (toasts.length) {
    region.replaceChildren();
    requestAnimationFrame(() => region.append(...toasts));
  }
}
