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
    for (const lang of languages) {
      const view = await openPage(browser, { lang, storage });
      for (const { template, path } of fresh) {
        const response = await view.goto(`${base}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
        const page = `${template} for ${role}, ${lang}`;
        if (response.status() !== 200) found.push(`${page}: status ${response.status()}`);
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
      found.push(...view.complaints);
      await view.context().close();
    }
    console.log(`${role}: ${fresh.map((p) => p.template).join(" ")}`);
    found.push(...page.complaints);
    await page.context().close();
  }
  assert.deepEqual(found, []);
});
