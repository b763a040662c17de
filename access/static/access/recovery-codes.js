/* Prints and copies the recovery codes; the buttons appear with this script, the codes themselves are always there. */
"use strict";
{
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    const codes = document.getElementById(button.dataset.copy);
    if (!codes || !navigator.clipboard) continue; // browsers give the clipboard to secure pages alone
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = [...codes.children].map((code) => code.textContent).join("\n");
      await navigator.clipboard.writeText(text);
      button.querySelector("[role=status]").textContent = button.dataset.copied;
    });
  }
}
