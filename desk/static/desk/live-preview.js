/* <form data-live-preview="id of the button that shows it">: each change is shown in the frame that the button targets, a moment
   after it was made. The new page is loaded beside the old one and takes its place when it is there: nothing flickers, and the
   browser's way back stays what it was. A desktop's e-mail is wider than the frame: it is drawn at its own width and scaled down. */
"use strict";
{
  const PAUSE = 400;
  const DESKTOP = 700;

  const fit = (stage) => {
    const scale = Math.min(1, stage.clientWidth / DESKTOP);
    stage.style.setProperty("--scale", scale);
  };

  let count = 0;
  const fresh = (frame) => {
    const next = frame.cloneNode();
    next.removeAttribute("src");
    next.name = `${frame.name.split("-")[0]}-${(count += 1)}`; // a frame goes on answering to the name that it once had
    next.classList.add("loading");
    frame.after(next);
    return next;
  };

  const show = (form, button) => {
    const stage = document.querySelector(`[name="${button.formTarget}"]`).parentElement;
    const old = [...stage.children];
    const next = fresh(old.at(-1));
    next.addEventListener("load", () => {
      next.classList.remove("loading");
      old.forEach((frame) => frame.remove());
    });
    button.formTarget = next.name;
    form.requestSubmit(button);
  };

  for (const form of document.querySelectorAll("form[data-live-preview]")) {
    const button = document.getElementById(form.dataset.livePreview);
    let waiting;
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => show(form, button), PAUSE);
    };
    for (const event of ["input", "change", "reset"]) form.addEventListener(event, soon);
    document.addEventListener("change", (event) => {
      if (event.target.form === form && !form.contains(event.target)) soon();
    });
  }

  const stages = document.querySelectorAll(".mail-stage");
  const fitted = new ResizeObserver((entries) => entries.forEach((entry) => fit(entry.target)));
  stages.forEach((stage) => fitted.observe(stage));
}
