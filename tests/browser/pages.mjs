// Look at finished pages as readers do: light and dark, folded and unfolded, on a phone, printed.
//
//   npm install --prefix tests/browser
//   node tests/browser/pages.mjs results/report.html [more.html] [--out pictures]
//
// Exits 1 where a page asks the network for anything, throws, is wider than a phone's screen, or
// where axe-core finds a serious or critical violation.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { open, option } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const out = resolve(option("out", "pictures"));
const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map((v) => ({
    serious: ["serious", "critical"].includes(v.impact),
    text: `axe, ${v.impact}: ${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 150)}`,
  }));
}

const unfold = (page) =>
  page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));

async function look(browser, path, stem, size, scheme) {
  // bypassCSP: only for axe's own script, put in after the page has loaded
  const page = await browser.newPage({ viewport: SIZES[size], colorScheme: scheme, bypassCSP: true });
  const wrong = [];
  const own = pathToFileURL(path).href;
  page.on("request", (r) => {
    if (r.url() !== own && !r.url().startsWith("data:")) wrong.push(`asks for ${r.url()}`);
  });
  page.on("pageerror", (e) => wrong.push(`throws ${e.message}`));
  page.on("dialog", (d) => (wrong.push(`opens a dialogue: ${d.message()}`), d.dismiss()));
  await page.goto(own);
  const name = join(out, `${stem}-${size}-${scheme}`);
  await page.screenshot({ path: `${name}-folded.png`, fullPage: true });
  const told = await violations(page);
  await unfold(page);
  told.push(...(await violations(page)));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > SIZES[size].width) wrong.push(`is ${wide} px wide at ${SIZES[size].width}`);
  await page.screenshot({ path: `${name}-unfolded.png`, fullPage: true });
  await page.close();
  wrong.push(...told.filter((v) => v.serious).map((v) => v.text));
  return { wrong, mild: told.filter((v) => !v.serious).map((v) => v.text) };
}

async function print(browser, path, stem) {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(path).href);
  await page.pdf({ path: join(out, `${stem}.pdf`), format: "A4" });
  await page.close();
}

mkdirSync(out, { recursive: true });
const browser = await open();
const paths = process.argv.slice(2).filter((a, i, all) => !a.startsWith("--") && all[i - 1] !== "--out");
let failed = 0;
for (const path of paths.map((p) => resolve(p))) {
  const stem = path.split("/").slice(-2).join("-").replace(/\.html$/, "");
  for (const size of Object.keys(SIZES))
    for (const scheme of ["light", "dark"]) {
      const { wrong, mild } = await look(browser, path, stem, size, scheme);
      failed += wrong.length;
      console.log(`${stem}, ${size}, ${scheme}: ${wrong.length ? "" : "nothing serious"}`);
      [...new Set([...wrong, ...mild])].forEach((line) => console.log(`  ${line}`));
    }
  await print(browser, path, stem);
}
await browser.close();
process.exitCode = failed ? 1 : 0;
