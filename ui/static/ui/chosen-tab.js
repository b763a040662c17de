/* In a row that scrolls sideways (.scroll-x) what is chosen is in sight from the start; the page itself stays where it is. */
"use strict";
for (const chosen of document.querySelectorAll(".scroll-x [aria-current]")) {
  const row = chosen.closest(".scroll-x");
  const [outer, inner] = [row.getBoundingClientRect(), chosen.getBoundingClientRect()];
  row.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}
