for (const box of document.querySelectorAll(".arms")) {
  const versions = box.querySelectorAll(".version");
  const drawn = versions[Math.floor(Math.random() * versions.length)];
  for (const version of versions) version.hidden = version !== drawn;
  box.querySelector(".note").hidden = true;
}
