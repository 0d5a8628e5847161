// Writes a picture of every page at both widths.
import { join } from "node:path";
import { pages } from "./lib/crawl.mjs";
import { base, openPage, sizes, withBrowser } from "./lib/site.mjs";
import { roles, signIn } from "./lib/signin.mjs";

const folder = process.env.BOLIGKLAR_SCREENS;
const seen = new Set();
await withBrowser(async (browser) => {
  for (const role of [...roles, "nobody"]) {
    const page = await openPage(browser);
    if (role !== "nobody") await signIn(page, role);
    const reached = (await pages(page, ...(role === "nobody" ? ["/utleier", "/sign-in"] : ["/"]))).filter(({ template }) => !seen.has(template) && seen.add(template));
    const storage = await page.context().storageState();
    for (const size of Object.keys(sizes)) {
      const view = await openPage(browser, { size, storage });
      for (const { template, path } of reached) {
        await view.goto(base + path);
        const name = template === "/" ? "today" : template.slice(1).replaceAll(/[/:]+/g, "-");
        await view.screenshot({ path: join(folder, `${name}-${sizes[size].width}.png`), fullPage: true });
      }
      await view.context().close();
    }
    await page.context().close();
  }
});
