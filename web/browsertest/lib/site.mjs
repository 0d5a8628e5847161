// What the stories share: a browser that tolerates nothing, signing in, and
// looking at a page with axe.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** The address of the server under test, without a slash at its end. */
export const base = need("BOLIGKLAR_TEST_URL");

/** The folder that a story may write to; the test removes it. */
export const scratch = process.env.BOLIGKLAR_TEST_DIR ?? tmpdir();

/** The sizes that every page must work at. */
export const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };

/** The languages that every page must work in. */
export const languages = ["nb", "nn", "en"];

function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the browser tests with go test ./web/browsertest`);
  return value;
}

// Chromium's own calls home are refused on a closed network, many at a time, so
// they are switched off.
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--lang=nb-NO", // fields for dates are the browser's own, and follow its language
];

/**
 * Runs fn with a browser of its own and closes it.
 * @param {(browser: import("playwright-core").Browser) => Promise<void>} fn
 */
export async function withBrowser(fn) {
  const profile = mkdtempSync(join(tmpdir(), "boligklar-browser-"));
  const browser = await chromium.launch({ executablePath: need("BOLIGKLAR_TEST_CHROMIUM"), args: flags, env: { ...process.env, HOME: profile, LANGUAGE: "nb" } });
  try {
    await fn(browser);
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/**
 * Opens a page in a context of its own. What the browser complains of (console
 * errors, refused content, failed requests, answers of 500 and more) is gathered in
 * page.complaints. An address is where the page's visitor comes from, as the site
 * sees it.
 */
export async function openPage(browser, { size = "desk", lang = "nb", javaScript = true, storage, address } = {}) {
  const context = await browser.newContext({
    viewport: sizes[size], locale: { nb: "nb-NO", nn: "nn-NO", en: "en-GB" }[lang], javaScriptEnabled: javaScript,
    storageState: storage, acceptDownloads: true, reducedMotion: "reduce", // pictures show what is, not what moves
    extraHTTPHeaders: address ? { "X-Forwarded-For": address } : undefined,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (m) => {
    if (m.type() === "error" && !/status of 4\d\d/.test(m.text())) page.complaints.push(`${page.url()}: ${m.text()}`);
  });
  page.on("pageerror", (e) => page.complaints.push(`${page.url()}: ${e.message}`));
  page.on("response", (r) => {
    if (r.status() >= 500) page.complaints.push(`${r.status()} ${r.url()}`);
  });
  return page;
}

/**
 * Returns what axe finds wrong with the page as it stands, a sentence each: rules
 * of WCAG 2.1 A and AA, and good practice. contrast is true, false, or "only" for
 * nothing else.
 */
export async function violations(page, { contrast = true } = {}) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  return page.evaluate(async (contrast) => {
    // eslint-disable-next-line no-undef
    const result = await axe.run(document, {
      runOnly: contrast === "only" ? { type: "rule", values: ["color-contrast"] } : ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
      resultTypes: ["violations"], rules: { "color-contrast": { enabled: Boolean(contrast) } },
      preload: false, // style sheets from elsewhere, of which there are none
    });
    return result.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(", ")})`);
  }, contrast);
}

/** Reports whether the page is wider than the window, and by which element. */
export async function overflow(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return "";
    const wide = [...document.querySelectorAll("body *:not(svg *)")].filter((e) => e.getBoundingClientRect().right > width + 1);
    const e = wide.at(-1);
    return `${document.documentElement.scrollWidth} px wide in ${width}: <${e?.tagName.toLowerCase()} class="${e?.className}">`;
  });
}
