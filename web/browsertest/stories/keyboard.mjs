// From signing in to a proposal with the keyboard alone: every stop shows that it
// has the focus, and lies within the window.
import assert from "node:assert/strict";
import { base, openPage, withBrowser } from "../lib/site.mjs";

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  let stops = 0;

  // focused tells of the element that has the focus, and whether a person sees so.
  const focused = () => page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const box = e.getBoundingClientRect();
    const outlined = (x) => x && (getComputedStyle(x).boxShadow !== "none" || getComputedStyle(x).outlineStyle !== "none" && parseFloat(getComputedStyle(x).outlineWidth) > 0);
    const name = (e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent || "").replace(/\s+/g, " ").trim();
    return {
      name, tag: e.tagName.toLowerCase(), field: e.name ?? "", within: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      marked: e.matches(".ds-skip-link") && box.width > 1 || outlined(e) || outlined(e.closest(".ds-field")), // a checkbox's mark is its field's
    };
  });

  // tabTo presses Tab until the focus is where wanted says, looking at each stop.
  async function tabTo(what, wanted) {
    for (let i = 0; i < 150; i++) {
      await page.keyboard.press("Tab");
      const stop = await focused();
      if (!stop) continue;
      stops++;
      assert.ok(stop.marked, `nothing shows that ${stop.tag} "${stop.name}" has the focus at ${page.url()}`);
      assert.ok(stop.within, `the focus is out of sight at ${stop.tag} "${stop.name}" at ${page.url()}`);
      if (wanted(stop)) return stop;
    }
    assert.fail(`no Tab leads to ${what} at ${page.url()}`);
  }
  async function enter(path) {
    await Promise.all([page.waitForURL((url) => path.test(url.pathname)), page.keyboard.press("Enter")]);
    await page.waitForLoadState();
  }

  await page.goto(`${base}/sign-in`);
  const [username, password] = await page.locator("main li", { hasText: "caseworker" }).locator("code").allTextContents();
  await tabTo("the user name", (s) => s.field === "username");
  await page.keyboard.type(username);
  await tabTo("the password", (s) => s.field === "password");
  await page.keyboard.type(password);
  await enter(/^\/$/);

  // Past the menu by the link that is there for it.
  await page.keyboard.press("Tab");
  const skip = await focused();
  assert.match(skip.name, /innholdet/);
  assert.ok(skip.within && skip.marked, "the way past the menu does not show itself");
  await page.keyboard.press("Enter");
  await tabTo("what is in the page", (s) => s.tag === "a");
  assert.equal(await page.evaluate(() => document.activeElement.closest("main") !== null), true, "the way past the menu leads into it");

  await page.goto(`${base}/`);
  await tabTo("Husstander", (s) => s.name === "Husstander");
  await enter(/^\/households$/);
  await tabTo("a household", (s) => /^H-\d+$/.test(s.name));
  await enter(/^\/households\/./);
  // The reasons open and close by the keyboard.
  await tabTo("the reasons", (s) => s.name === "Begrunnelse");
  await page.keyboard.press("Enter");
  await page.locator(".bk-reasons[open] .bk-outcomes").first().waitFor();
  await tabTo("Foreslå", (s) => s.tag === "button" && s.name.startsWith("Foreslå"));
  await enter(/^\/placements\/./);
  await page.getByText("Forslaget er registrert").waitFor();
  console.log(`${stops} stops`);
  assert.deepEqual(page.complaints, []);
});
