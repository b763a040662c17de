/* The rows of a list of tasks: moved, removed and added in place, and several pasted lines become as many rows.
   Without this script the same buttons ask the server. */
"use strict";
{
  const rowsOf = (list) => [...list.querySelectorAll("[data-task-row]")];
  const list = document.querySelector("[data-task-rows]");
  const said = document.querySelector("[data-rows-said]");
  const MORE = 5;
  const BULLET = /^\s*(?:[-*•–—·☐]|\[ ?\]|\d{1,3}[.)])\s+/;

  const say = (sentence, values) => {
    said.textContent = sentence.replace(/\{(number|count)\}/g, (_, word) => values[word]);
  };

  /* Names what stands in a row after its place: labels, ids, and what its buttons would ask of the server. */
  const number = () => {
    rowsOf(list).forEach((row, place) => {
      for (const element of row.querySelectorAll("[id], [for], [aria-describedby], [aria-label], [placeholder], [value^='up-'], [value^='down-'], [value^='remove-'], label")) {
        for (const name of ["id", "for", "aria-describedby"]) {
          const value = element.getAttribute(name);
          if (value) element.setAttribute(name, value.replace(/^task-\d+-/, `task-${place}-`));
        }
        for (const name of ["aria-label", "placeholder"]) {
          const value = element.getAttribute(name);
          if (value) element.setAttribute(name, value.replace(/\d+/, place + 1));
        }
        if (element.matches("label")) element.textContent = element.textContent.replace(/\d+/, place + 1);
        if (element.matches("button")) element.value = `${element.dataset.rowAct}-${place}`;
      }
      row.querySelector("[role=group]").setAttribute("aria-label", row.querySelector("label").textContent);
    });
  };

  const blank = () => {
    const row = rowsOf(list)[0].cloneNode(true);
    for (const error of row.querySelectorAll(".invalid-feedback")) error.remove();
    for (const field of row.querySelectorAll("input, textarea")) {
      field.value = "";
      field.textContent = "";
      field.removeAttribute("value");
      field.classList.remove("is-invalid");
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
    row.querySelector("details").open = false;
    return row;
  };

  const room = () => Number(list.dataset.most) - rowsOf(list).length;
  const textOf = (row) => row.querySelector("[name=task_text]");

  const addRows = (count, after = list.lastElementChild) => {
    const fresh = Array.from({ length: Math.max(0, Math.min(count, room())) }, blank);
    after.after(...fresh);
    number();
    return fresh;
  };

  const acts = {
    up: (row) => row.previousElementSibling?.before(row),
    down: (row) => row.nextElementSibling?.after(row),
    remove: (row) => {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      if (next) row.remove();
      else row.replaceWith(blank());
      (next ? textOf(next) : list.querySelector("[name=task_text]")).focus();
    },
  };

  list?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row-act]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-task-row]");
    acts[button.dataset.rowAct](row);
    number();
    const place = rowsOf(list).indexOf(row);
    if (place < 0) say(said.dataset.removed, { count: rowsOf(list).length });
    else {
      button.focus();
      say(said.dataset.moved, { number: place + 1, count: rowsOf(list).length });
    }
  });

  document.querySelector("[data-rows-more]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const [first] = addRows(MORE);
    if (first) textOf(first).focus();
    say(said.dataset.added, { count: rowsOf(list).length });
  });

  list?.addEventListener("paste", (event) => {
    const field = event.target.closest("[name=task_text]");
    const lines = (event.clipboardData?.getData("text") ?? "").split(/\r?\n/).map((line) => line.replace(BULLET, "").trim()).filter(Boolean);
    if (!field || lines.length < 2) return;
    event.preventDefault();
    const [first, ...rest] = lines;
    field.setRangeText(first, field.selectionStart, field.selectionEnd, "end");
    let row = field.closest("[data-task-row]");
    for (const line of rest) {
      const next = row.nextElementSibling;
      const free = next && !textOf(next).value ? next : addRows(1, row)[0];
      if (!free) break;
      textOf(free).value = line;
      row = free;
    }
    textOf(row).focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    say(said.dataset.added, { count: rowsOf(list).length });
  });
}
