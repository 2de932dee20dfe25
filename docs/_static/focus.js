// Tables wider than the page scroll: the keyboard reaches them. Arrows that unfold the menu have a name.
addEventListener("load", () => {
  for (const table of document.querySelectorAll("article table, article .output"))
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
  for (const arrow of document.querySelectorAll("nav summary"))
    arrow.setAttribute("aria-label", "Pages below this one");
});
