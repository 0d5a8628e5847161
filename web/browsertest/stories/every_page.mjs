// Every page that each role can reach by links, in every language and at both
// widths: axe finds nothing, nothing is wider than the window, there is one h1,
// the browser complains of nothing. Contrast holds in light and in dark colours.
import assert from "node:assert/strict";
import { pages } from "../lib/crawl.mjs";
import { base, languages, openPage, overflow, sizes, violations, withBrowser } from "../lib/site.mjs";
import { roles, signIn } from "../lib/signin.mjs";

/**
 * Puts the same page in another language into the window, and returns the answer's
 * status. Styles, scripts and axe are there already: only words differ.
 */
const translate = (view, address) => view.evaluate(async (address) => {
  const response = await fetch(address);
  const other = new DOMParser().parseFromString(await response.text(), "text/html");
  document.title = other.title;
  document.documentElement.lang = other.documentElement.lang;
  document.body.replaceWith(other.body);
  return response.status;
}, address);

await withBrowser(async (browser) => {
  const found = [], seen = new Set();

  /** Looks at a page as it stands, in a language. */
  async function look(view, page, lang) {
    if ((await view.getAttribute("html", "lang")) !== lang) found.push(`${page}: the page says it is in another language`);
    const headings = await view.locator("h1").count();
    if (headings !== 1) found.push(`${page}: ${headings} h1`);
    for (const size of Object.keys(sizes)) { // what the width changes, styles change alone
      await view.setViewportSize(sizes[size]);
      // Contrast costs as much as all other rules, and no language changes it.
      for (const v of await violations(view, { contrast: lang === languages[0] })) found.push(`${page}, ${size}: ${v}`);
      const wide = await overflow(view);
      if (wide) found.push(`${page}, ${size}: ${wide}`);
    }
  }

  for (const role of [...roles, "nobody"]) {
    const view = await openPage(browser);
    if (role !== "nobody") await signIn(view, role);
    const reached = await pages(view, ...(role === "nobody" ? ["/utleier", "/sign-in"] : ["/"]));
    if (reached.length < 3) found.push(`${role} reaches ${reached.length} pages only`);
    const as = ["manager", "nobody"].includes(role) ? role : ""; // the same addresses are other pages for them
    const fresh = reached.filter(({ template }) => !seen.has(as + template) && seen.add(as + template));
    for (const { template, path } of fresh) {
      for (const lang of languages) {
        const page = `${template} for ${role}, ${lang}`, address = `${base}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`;
        const status = lang === languages[0] ? (await view.goto(address)).status() : await translate(view, address);
        if (status !== 200) found.push(`${page}: status ${status}`);
        await look(view, page, lang);
        if (lang !== languages[0]) continue;
        await view.emulateMedia({ colorScheme: "dark" });
        for (const v of await violations(view, { contrast: "only" })) found.push(`${page}, dark: ${v}`);
        await view.emulateMedia({ colorScheme: "light" });
      }
    }
    console.log(`${role}: ${fresh.map((p) => p.template).join(" ")}`);
    found.push(...view.complaints);
    await view.context().close();
  }
  assert.deepEqual(found, []);
});
