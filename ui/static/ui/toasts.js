/* A screen reader speaks of what changes in a status region, not of what stood there from the start: put the toasts in anew.
   One that offers nothing goes by itself, unless somebody points at it or has put the keyboard on it. */
"use strict";
{
  const STAYS = 8000;
  const region = document.getElementById("toasts");

  const goLater = (toast) => {
    if (toast.querySelector("form")) return;
    const going = setTimeout(() => toast.remove(), STAYS);
    for (const event of ["pointerenter", "focusin"]) toast.addEventListener(event, () => clearTimeout(going), { once: true });
  };

  if (region) {
    const toasts = [...region.children];
    const added = new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === Node.ELEMENT_NODE) goLater(node);
    });
    added.observe(region, { childList: true });
    region.replaceChildren();
    requestAnimationFrame(() => region.append(...toasts));
  }
}
