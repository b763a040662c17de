/* Says once that somebody is here: a hand on mouse, keys or glass while the page is in sight. Programs that look through mail
   open pages, and some run their scripts; they touch nothing. */
"use strict";
{
  const TOUCHES = ["pointerdown", "pointermove", "keydown", "touchstart", "wheel"];
  const { url, code } = document.currentScript.dataset;
  const told = ({ isTrusted }) => {
    if (!isTrusted || document.visibilityState !== "visible") return;
    TOUCHES.forEach((name) => window.removeEventListener(name, told));
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    const seen = new URLSearchParams({ seen: [...code].reverse().join("") });
    fetch(url, { method: "POST", headers, body: seen, keepalive: true }).catch(() => {}); // nothing hangs on it
  };
  TOUCHES.forEach((name) => window.addEventListener(name, told, { passive: true }));
}
