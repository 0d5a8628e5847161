// Every page that each role can reach by links, in every language and at both
// widths: axe finds nothing, nothing is wider than the window, there is one h1,
// the browser complains of nothing.
import assert from "node:assert/strict";
import { pages } from "../lib/crawl.mjs";
import { base, languages, openPage, overflow, sizes, violations, withBrowser } from "../lib/site.mjs";
import { roles, signIn } from "../lib/signin.mjs";

await withBrowser(async (browser) => {
  const found = [], seen = new Set();
  for (const role of [...roles, "nobody"]) {
    const page = await openPage(browser);
    if (role !== "nobody") await signIn(page, role);
    const reached = await pages(page, role === "nobody" ? "/utleier" : "/");
    if (reached.length < 3) found.push(`${role} reaches ${reached.length} pages only`);
    const storage = await page.context().storageState();
    const fresh = reached.filter(({ template }) => !seen.has(template) && seen.add(template));
    for (const size of Object.keys(sizes)) {
      for (const lang of languages) {
        const view = await openPage(browser, { size, lang, storage });
        for (const { template, path } of fresh) {
          const response = await view.goto(`${base}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
          const where = `${template} for ${role}, ${lang}, ${size}`;
          if (response.status() !== 200) found.push(`${where}: status ${response.status()}`);
          if ((await view.getAttribute("html", "lang")) !== lang) found.push(`${where}: the page says it is in another language`);
          const headings = await view.locator("h1").count();
          if (headings !== 1) found.push(`${where}: ${headings} h1`);
          for (const v of await violations(view)) found.push(`${where}: ${v}`);
          const wide = await overflow(view);
          if (wide) found.push(`${where}: ${wide}`);
        }
        found.push(...view.complaints);
        await view.context().close();
      }
    }
    console.log(`${role}: ${fresh.map((p) => p.template).join(" ")}`);
    found.push(...page.complaints);
    await page.context().close();
  }
  assert.deepEqual(found, []);
});
