/* .file-choice: a file field behind a button; the names of what is chosen stand beside it. A zone to drop files on says them itself. */
"use strict";
document.addEventListener("change", (event) => {
  const place = event.target.closest?.(".file-choice")?.querySelector("[data-file-names]");
  if (place && !event.target.closest(".drop")) place.textContent = [...event.target.files].map((file) => file.name).join("\n");
});
