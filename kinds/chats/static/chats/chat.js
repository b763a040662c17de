/* A conversation without reloading: asks for what is new while the page is looked at, keeps the place and the draft,
   sends with Ctrl+Enter, and says what has been read once it has been before somebody's eyes for a moment. */
"use strict";
{
  const EVERY = 5000; // milliseconds between two questions
  const LOOKED_AT = 1500; // until what stands at the end counts as read
  const NEAR = 80; // pixels: whoever is so close to the end wants to see what comes

  const stream = document.getElementById("stream");
  const jump = document.querySelector("[data-chat-jump]");
  const scrolls = () => stream.scrollHeight > stream.clientHeight + 1 && getComputedStyle(stream).overflowY !== "visible";
  const box = () => (scrolls() ? stream : document.scrollingElement);
  const end = () => (scrolls() ? stream.scrollHeight : stream.getBoundingClientRect().bottom + window.scrollY - window.innerHeight / 2);
  const isAtEnd = () => box().scrollTop + box().clientHeight >= (scrolls() ? stream.scrollHeight : stream.getBoundingClientRect().bottom + window.scrollY) - NEAR;
  const toEnd = () => {
    box().scrollTop = end();
    if (jump) jump.hidden = true;
  };

  // --- What is new -------------------------------------------------------------------------------------------------------
  const ask = () => {
    const place = document.getElementById("newer");
    if (place && document.visibilityState === "visible") window.htmx.trigger(place, "chat:poll");
  };

  // Whoever is signed out meanwhile is led to the sign-in page: that is a page, and no part of this one.
  const strayed = ({ target, xhr }) => target.id === "newer" && xhr.status === 200 && !xhr.responseText.includes('id="newer"');

  let wasAtEnd = true;
  let heightBefore = 0;
  const begin = () => {
    toEnd();
    const asking = setInterval(ask, EVERY);
    document.addEventListener("htmx:responseError", (event) => {
      if (event.detail.target.id === "newer" && event.detail.xhr.status < 500) clearInterval(asking); // nothing to see here any more
    });
    document.addEventListener("visibilitychange", () => {
      ask();
      look();
    });
    document.addEventListener("htmx:beforeSwap", (event) => {
      if (strayed(event.detail)) {
        event.detail.shouldSwap = false;
        clearInterval(asking);
        document.querySelectorAll("form[data-draft]").forEach(save);
        window.location.reload();
        return;
      }
      wasAtEnd = isAtEnd();
      heightBefore = event.detail.target.id === "earlier" ? stream.scrollHeight : 0;
    });
    document.addEventListener("htmx:afterSettle", () => {
      if (heightBefore) {
        box().scrollTop += stream.scrollHeight - heightBefore;
        heightBefore = 0;
        lines = stream.querySelectorAll("[data-line]").length;
      }
    });
    document.addEventListener("htmx:load", (event) => {
      if (event.detail.elt.id === "newer") arrived();
      restore();
    });
  };

  let lines = stream ? stream.querySelectorAll("[data-line]").length : 0;
  const arrived = () => {
    const now = stream.querySelectorAll("[data-line]").length;
    if (now <= lines) return;
    const newest = [...stream.querySelectorAll("[data-line]")].at(-1);
    lines = now;
    if (wasAtEnd || !newest.matches("[data-theirs]")) requestAnimationFrame(toEnd);
    else if (jump) jump.hidden = false;
    const side = document.getElementById("side");
    if (side && !side.contains(document.activeElement)) window.htmx.trigger(side, "chat:changed");
    look();
  };
  if (jump) jump.addEventListener("click", toEnd);

  // --- What was read -----------------------------------------------------------------------------------------------------
  let said = "";
  let waiting = 0;
  const look = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const form = document.getElementById("seen");
      const code = [...stream.querySelectorAll("[data-line]")].at(-1)?.dataset.line;
      if (!form || !code || code === said || document.visibilityState !== "visible") return;
      form.elements.up_to.value = code;
      form.elements.seen.value = [...code].reverse().join("");
      said = code;
      window.htmx.trigger(form, "chat:seen");
    }, LOOKED_AT);
  };

  // --- The draft ---------------------------------------------------------------------------------------------------------
  const draftOf = (form) => `chat draft ${form.dataset.draft}`;
  const field = (form) => form.querySelector("textarea");
  const restore = () => {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      if (form.dataset.restored) continue;
      form.dataset.restored = "yes";
      const text = sessionStorage.getItem(draftOf(form));
      if (text && !field(form).value) {
        field(form).value = text;
        field(form).dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  };
  const save = (form) => sessionStorage.setItem(draftOf(form), field(form).value);
  const sent = (form) => sessionStorage.removeItem(draftOf(form));
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (form && event.target === field(form)) save(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form && !event.defaultPrevented) sent(form);
  });
  // While it is under way it is no draft; what was not taken is one again.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches("form[data-draft]")) sent(event.detail.elt);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.matches("form[data-draft]") && !event.detail.successful) save(event.detail.elt);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-ctrl-enter]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  restore();
  if (stream && stream.dataset.chatPast === undefined) begin();
  if (stream) look();
}
