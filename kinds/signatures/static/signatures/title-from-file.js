/* <div data-title-from="id of a file field" data-title-to="id of a text field">: proposes the file's name as the title, until one is typed. */
"use strict";
{
  let proposed = "";

  document.addEventListener("change", (event) => {
    const place = event.target.closest("[data-title-from]");
    if (!place || event.target.id !== place.dataset.titleFrom || !event.target.files.length) return;
    const title = document.getElementById(place.dataset.titleTo);
    if (title.value && title.value !== proposed) return;
    const words = event.target.files[0].name.replace(/\.pdf$/i, "").replace(/[-_\s]+/g, " ").trim();
    proposed = (words.charAt(0).toUpperCase() + words.slice(1)).slice(0, 160);
    title.value = proposed;
  });
}
