/* A notice with data-notice and data-since (the last sign-in): its ✕ hides it until the next one. Stands right behind the notice. */
"use strict";
{
  const notice = document.querySelector("[data-notice]");
  const key = `notice:${notice.dataset.notice}`;
  if (localStorage.getItem(key) === notice.dataset.since) notice.remove();
  notice.querySelector("[data-notice-hide]").addEventListener("click", () => {
    localStorage.setItem(key, notice.dataset.since);
    notice.remove();
    document.getElementById("main").focus();
  });
}
