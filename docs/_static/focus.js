// Tables and pictures wider than the page scroll: the keyboard reaches them. Arrows that unfold the
// menu have a name; that of the search button begins with the word that is seen on it.
addEventListener("load", () => {
  for (const wide of document.querySelectorAll("article table, article .output, article p:has(> img)"))
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  for (const arrow of document.querySelectorAll("nav summary"))
    arrow.setAttribute("aria-label", "Pages below this one");
  for (const button of document.querySelectorAll(".search-button-field"))
    button.setAttribute("aria-label", button.textContent.replace(/\s+/g, " ").trim() || "Search");
});
