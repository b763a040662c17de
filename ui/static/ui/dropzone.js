/* <div data-dropzone data-max-mb="25">: takes dropped files, shows their names and sizes, refuses those that are too big at once. */
"use strict";
{
  const KILOBYTE = 1024;
  const MEGABYTE = 1024 * KILOBYTE;
  const SMALL = 0.1 * MEGABYTE;

  const number = (value) => value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

  const fill = (sentence, name, size, max = 0) => {
    const values = { name, size: number(size), max: number(max) };
    return sentence.replace(/\{(name|size|max)\}/g, (_, word) => values[word]);
  };

  const chosen = (zone, file) =>
    file.size < SMALL
      ? fill(zone.dataset.chosenSmall, file.name, file.size / KILOBYTE)
      : fill(zone.dataset.chosen, file.name, file.size / MEGABYTE);

  // Pages show PDFs and these pictures (`files.types`).
  const isUnseen = (file) => !/^(application\/pdf|image\/(png|jpeg|gif|webp|tiff))$/.test(file.type);

  const show = (zone) => {
    const input = zone.querySelector("input[type=file]");
    const max = Number(zone.dataset.maxMb);
    const files = [...input.files];
    const tooBig = files.filter((file) => file.size > max * MEGABYTE);
    const small = files.filter((file) => !tooBig.includes(file));
    zone.querySelector("[data-drop-name]").textContent = small.map((file) => chosen(zone, file)).join("\n");
    zone.querySelector("[data-drop-error]").textContent = tooBig
      .map((file) => fill(zone.dataset.tooBig, file.name, file.size / MEGABYTE, max))
      .join("\n");
    const unseen = zone.querySelector("[data-drop-unseen]");
    if (unseen) unseen.textContent = small.filter(isUnseen).map((file) => fill(unseen.dataset.dropUnseen, file.name, file.size)).join("\n");
    zone.classList.toggle("is-invalid", tooBig.length > 0);
    if (tooBig.length) input.files = listOf(small);
  };

  const listOf = (files) => {
    const list = new DataTransfer();
    files.forEach((file) => list.items.add(file));
    return list.files;
  };

  const zoneOf = (event) => event.target.closest?.("[data-dropzone]");

  document.addEventListener("change", (event) => {
    const zone = zoneOf(event);
    if (zone) show(zone);
  });
  document.addEventListener("dragover", (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => zoneOf(event)?.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.remove("over");
    const input = zone.querySelector("input[type=file]");
    input.files = input.multiple ? listOf([...input.files, ...event.dataTransfer.files]) : event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
