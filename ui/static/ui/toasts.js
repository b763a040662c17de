/* A screen reader speaks of what changes in a status region, not of what stood there from the start: put the toasts in anew.
   Each goes by itself, one that offers to undo something later, but not while somebody points at it or has the keyboard on it.
   A newer one about the same switch takes the place of the older. */
"use strict";
{
  const STAYS = 8000;
  const STAYS_TO_UNDO = 30000;
  const region = document.getElementById("toasts");

  const goLater = (toast) => {
    const stays = toast.querySelector("form") ? STAYS_TO_UNDO : STAYS;
    let going;
    const wait = () => {
      clearTimeout(going);
      going = setTimeout(() => toast.remove(), stays);
    };
    for (const event of ["pointerenter", "focusin"]) toast.addEventListener(event, () => clearTimeout(going));
    for (const event of ["pointerleave", "focusout"]) toast.addEventListener(event, wait);
    wait();
  };

  // The address that takes it back, whichever way: "" where there is none.
  const about = (toast) => {
    const form = toast.querySelector("form");
    if (!form) return "";
    const url = new URL(form.action);
    return url.searchParams.has("to") ? url.href.replace(/([?&])to=[^&]*/, "$1") : "";
  };
  const takePlace = (newer) => {
    const same = about(newer);
    const before = (toast) => toast.compareDocumentPosition(newer) & Node.DOCUMENT_POSITION_FOLLOWING;
    for (const toast of region.querySelectorAll(".toast")) if (same && before(toast) && about(toast) === same) toast.remove();
  };

  if (region) {
    const toasts = [...region.children];
    const added = new MutationObserver((changes) => {
      const nodes = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.nodeType === Node.ELEMENT_NODE);
      for (const node of nodes) if (node.isConnected) {
        takePlace(node);
        goLater(node);
      }
    });
    added.observe(region, { childList: true });
    region.replaceChildren();
    requestAnimationFrame(() => region.append(...toasts));
  }
}
