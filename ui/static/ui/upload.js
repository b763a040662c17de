/* <form data-upload>: files that are dropped or chosen are sent at once, each in a request of its own with a bar of its own; one that
   is refused keeps its sentence while the others go on. In the end the parts of the page that data-upload-refresh names are asked for again.
   Without this script the form sends all of them with its button. */
"use strict";
{
  const AT_ONCE = 2;
  const MEGABYTE = 1024 * 1024;
  const underWay = new Set();

  const formOf = (event) => event.target.closest?.("[data-upload]");
  const inputOf = (form) => form.querySelector("input[type=file]");

  const rowOf = (form, file) => {
    const row = form.querySelector("[data-upload-row]").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-upload-name]").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    form.querySelector("[data-upload-rows]").append(row);
    return row;
  };

  const end = (row, state, sentence) => {
    row.dataset.state = state;
    row.querySelector("progress").hidden = true;
    const said = row.querySelector("[data-upload-said]");
    said.textContent = sentence;
    said.classList.add(state === "done" ? "text-done" : "text-late");
  };

  const refusals = (text) => {
    try {
      return JSON.parse(text).refused.join(" ");
    } catch {
      return "";
    }
  };

  const send = (form, file, row) =>
    new Promise((resolve) => {
      const body = new FormData(form);
      body.delete(inputOf(form).name);
      body.append(inputOf(form).name, file);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("X-Upload", "one");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) row.querySelector("progress").value = (100 * event.loaded) / event.total;
      });
      request.addEventListener("loadend", () => {
        const kept = request.status === 200 && request.getResponseHeader("Content-Type")?.startsWith("application/json");
        if (kept) end(row, "done", form.dataset.uploadDone);
        else end(row, "refused", refusals(request.responseText) || form.dataset.uploadFailed);
        resolve(kept);
      });
      request.send(body);
    });

  const refresh = (form) => {
    const parts = form.dataset.uploadRefresh?.split(",") ?? [];
    for (const part of parts) window.htmx.ajax("GET", window.location.href, { target: part, select: part, swap: "outerHTML" });
  };

  const sendAll = async (form, files) => {
    const max = Number(form.dataset.maxMb) * MEGABYTE;
    const waiting = files.map((file) => [file, rowOf(form, file)]);
    const next = async () => {
      for (let item = waiting.shift(); item; item = waiting.shift()) {
        const [file, row] = item;
        if (file.size > max) end(row, "refused", form.dataset.uploadTooBig.replace("{name}", file.name));
        else if (await send(form, file, row)) form.dataset.uploadKept = "yes";
      }
    };
    underWay.add(form);
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    underWay.delete(form);
    if (form.dataset.uploadKept) refresh(form);
  };

  const take = (form, list) => {
    const files = [...list];
    inputOf(form).value = "";
    if (files.length) sendAll(form, files);
  };

  document.addEventListener("change", (event) => {
    const form = formOf(event);
    if (form && event.target === inputOf(form)) take(form, event.target.files);
  });
  document.addEventListener("dragover", (event) => {
    const form = formOf(event);
    if (!form || inputOf(form).matches(":disabled")) return;
    event.preventDefault();
    form.querySelector(".drop").classList.add("over");
  });
  document.addEventListener("dragleave", (event) => formOf(event)?.querySelector(".drop").classList.remove("over"));
  document.addEventListener("drop", (event) => {
    const form = formOf(event);
    if (!form || inputOf(form).matches(":disabled")) return;
    event.preventDefault();
    form.querySelector(".drop").classList.remove("over");
    take(form, event.dataTransfer.files);
  });
  window.addEventListener("beforeunload", (event) => {
    if (underWay.size) event.preventDefault();
  });
}
