/* <div data-dropzone data-max-mb="25">: takes a dropped file, shows its name and size, refuses one that is too big at once. */
"use strict";
{
  const MEGABYTE = 1024 * 1024;

  const fill = (sentence, file, max) => {
    const number = (value, digits) => value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });
    const size = file.size / MEGABYTE;
    return sentence.replace("{name}", file.name).replace("{size}", number(size, size < 0.1 ? 3 : 1)).replace("{max}", number(max, 1));
  };

  const show = (zone) => {
    const input = zone.querySelector("input[type=file]");
    const max = Number(zone.dataset.maxMb);
    const file = input.files[0];
    const tooBig = Boolean(file) && file.size > max * MEGABYTE;
    zone.querySelector("[data-drop-name]").textContent = file && !tooBig ? fill(zone.dataset.chosen, file, max) : "";
    zone.querySelector("[data-drop-error]").textContent = tooBig ? fill(zone.dataset.tooBig, file, max) : "";
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
