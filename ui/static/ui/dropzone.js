/* <div data-dropzone data-max-mb="25">: takes a dropped file, shows its name and size, refuses one that is too big at once. */
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

  const show = (zone) => {
    const input = zone.querySelector("input[type=file]");
    const max = Number(zone.dataset.maxMb);
    const file = input.files[0];
    const tooBig = Boolean(file) && file.size > max * MEGABYTE;
    zone.querySelector("[data-drop-name]").textContent = file && !tooBig ? chosen(zone, file) : "";
    zone.querySelector("[data-drop-error]").textContent = tooBig ? fill(zone.dataset.tooBig, file.name, file.size / MEGABYTE, max) : "";
    zone.classList.toggle("is-invalid", tooBig);
    if (tooBig) input.value = "";
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
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
