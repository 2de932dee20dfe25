// Open every notebook in JupyterLab, "Run All Cells", and take pictures of what stands there.
//
//   npm install --prefix tests/browser
//   node tests/browser/run_all.mjs [--jupyter .venv/bin/jupyter] [--out pictures] [--only 03]
//
// Works on a copy of notebooks/, on loopback. Exits 1 if a cell ends in an error, writes to stderr
// or was not run.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync }
  from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { open, option } from "./browser.mjs";

const PORT = option("port", "8899");
const BASE = `http://127.0.0.1:${PORT}`;
const out = resolve(option("out", "pictures"));
const root = mkdtempSync(join(tmpdir(), "notebooks-"));

function serve() {
  cpSync("notebooks", root, { recursive: true });
  return spawn(
    option("jupyter", ".venv/bin/jupyter"),
    ["lab", "--no-browser", "--ip=127.0.0.1", `--port=${PORT}`, "--allow-root",
     "--IdentityProvider.token=", "--ServerApp.password=", 
     `--ServerApp.root_dir=${root}`],
    { stdio: "ignore" },
  );
}

async function ready() {
  for (let i = 0; i < 120; i++) {
    const up = await fetch(`${BASE}/api/status`).then((r) => r.ok, () => false);
    if (up) return;
    await new Promise((r) => setTimeout(r, 500));
  }
  throw new Error("JupyterLab did not start.");
}

// What stands there afterwards is of this run.
function clear(name) {
  const book = JSON.parse(readFileSync(join(root, name), "utf8"));
  for (const cell of book.cells.filter((c) => c.cell_type === "code"))
    Object.assign(cell, { outputs: [], execution_count: null });
  writeFileSync(join(root, name), JSON.stringify(book));
}

function notebooks() {
  const names = ["", "exercises", "exercises/solutions"].flatMap((folder) =>
    readdirSync(join(root, folder)).filter((f) => f.endsWith(".ipynb")).sort()
      .map((f) => join(folder, f)));
  return names.filter((name) => name.includes(option("only", "")));
}

async function runAll(page, name) {
  await page.goto(`${BASE}/lab/workspaces/${name.replace(/\W/g, "")}/tree/${name}`);
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor({ timeout: 90_000 });
  const news = page.getByRole("button", { name: "No", exact: true });
  await news.click({ timeout: 3000 }).catch(() => {}); // asked at the first start alone
  const start = Date.now();
  await started(page);
  await ran(page, name);
  const seconds = (Date.now() - start) / 1000 - 3; // of which it was quiet
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
  await page.waitForTimeout(1500);
  return seconds;
}

// Just after JupyterLab's first start the command may come before the kernel is connected, and be lost.
async function started(page) {
  const prompts = page.locator(".jp-InputPrompt", { hasText: /\[[*\d]+\]:/ });
  for (let i = 0; i < 120 && !(await prompts.count()); i++) {
    if (i % 60 === 0) await choose(page, "Run", "runmenu:run-all");
    await page.waitForTimeout(250);
  }
}

// Both words are needed: between two cells the kernel is idle, and before the first the page is.
async function ran(page, name) {
  for (let quiet = 0; quiet < 12; ) {
    await page.waitForTimeout(250);
    const all = await fetch(`${BASE}/api/sessions`).then((r) => r.json());
    const state = all.find((s) => s.path === name)?.kernel.execution_state;
    const waiting = await page.getByText("[*]:").count();
    quiet = state === "idle" && !waiting ? quiet + 1 : 0;
  }
}

async function choose(page, menu, command) {
  await page.getByRole("menuitem", { name: menu, exact: true }).click();
  await page.locator(`.lm-Menu [data-command="${command}"]`).click();
}

async function picture(page, name) {
  const panel = page.locator(".jp-Notebook .jp-WindowedPanel-outer").first();
  const stem = join(out, name.replace(/\W+/g, "-").replace(/-ipynb$/, ""));
  for (let i = 0, top = 0, end = false; !end && i < 40; i++) {
    await panel.evaluate((e, y) => e.scrollTo(0, y), top);
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${stem}-${String(i).padStart(2, "0")}.png` });
    end = await panel.evaluate((e) => {
      const last = [...e.querySelectorAll(".jp-Cell")].at(-1).getBoundingClientRect();
      return last.bottom <= e.getBoundingClientRect().bottom;
    });
    top += (await panel.evaluate((e) => e.clientHeight)) - 60;
  }
}

function faults(name) {
  const cells = JSON.parse(readFileSync(join(root, name), "utf8")).cells
    .filter((c) => c.cell_type === "code");
  return cells.flatMap((cell, i) => [
    ...(cell.execution_count === i + 1 ? [] : [`cell ${i + 1} has the count ${cell.execution_count}`]),
    ...cell.outputs.filter((o) => o.output_type === "error" || o.name === "stderr")
      .map((o) => `cell ${i + 1}: ${o.ename ?? "stderr"} ${o.evalue ?? o.text}`),
  ]);
}

const server = serve();
let failed = 0;
try {
  await ready();
  mkdirSync(out, { recursive: true });
  const browser = await open();
  for (const name of notebooks()) {
    clear(name);
    const page = await browser.newPage({ viewport: { width: 1280, height: 1700 } });
    const seconds = await runAll(page, name);
    await picture(page, name);
    await choose(page, "Kernel", "kernelmenu:shutdown");
    const wrong = faults(name);
    failed += wrong.length;
    console.log(`${name}: ${seconds.toFixed(1)} s${wrong.map((w) => `\n  ${w}`).join("")}`);
    await page.close();
  }
  await browser.close();
} finally {
  server.kill("SIGINT");
  server.kill("SIGINT");
  await new Promise((done) => server.once("exit", done));
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
