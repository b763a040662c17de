/* Asks before what cannot be undone: data-confirm on a form or on its button, hx-confirm on an htmx element.
   data-confirm-title and data-confirm-button name what will happen. */
"use strict";
{
  const dialog = document.getElementById("confirm");
  const said = dialog?.querySelector("[data-confirm-said]");
  const title = dialog?.querySelector(".modal-title");
  const go = dialog?.querySelector("[data-confirm-go]");
  const usual = { title: title?.textContent, button: go?.textContent };
  const agreed = new WeakSet();

  const ask = (question, asker, then) => {
    const modal = window.tabler.Modal.getOrCreateInstance(dialog);
    const before = document.activeElement;
    said.textContent = question;
    title.textContent = asker.dataset.confirmTitle || usual.title;
    go.textContent = asker.dataset.confirmButton || usual.button;
    go.onclick = () => {
      dialog.addEventListener("hidden.bs.modal", then, { once: true });
      modal.hide();
    };
    dialog.addEventListener("hidden.bs.modal", () => before?.focus(), { once: true });
    modal.show();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const asker = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!dialog || !asker.dataset.confirm || agreed.delete(form)) return;
    event.preventDefault();
    event.stopPropagation();
    ask(asker.dataset.confirm, asker, () => {
      agreed.add(form);
      form.requestSubmit(event.submitter);
    });
  }, { capture: true });

  document.addEventListener("htmx:confirm", (event) => {
    if (!dialog || !event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.detail.elt, () => event.detail.issueRequest(true));
  });
}
