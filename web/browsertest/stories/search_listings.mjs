// Staff search for a home as they think: the list follows while they type, what
// was understood stands on chips that can be taken away, facets say how many more
// there are, and a search can be kept under a name.
import assert from "node:assert/strict";
import { openPage, violations, withBrowser } from "../lib/site.mjs";
import { follow, go, press, see } from "../lib/steps.mjs";
import { signIn } from "../lib/signin.mjs";

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  await signIn(page, "caseworker");
  await go(page, "/listings");
  const status = page.locator("#results [role=status]");
  const count = async () => Number((await status.innerText()).match(/^[\d\s]+/)[0].replace(/\s/g, ""));
  const chips = () => page.locator("#results .ds-chip").allInnerTexts();
  const everything = await count();

  // The list follows what is typed, and whoever types goes on typing.
  await page.locator("#f-q").pressSequentially("leilihget under 12000", { delay: 20 });
  await page.waitForURL(/under.12000|under%2012000/);
  await page.locator("#results .ds-chip", { hasText: "under 12000" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "f-q");
  const cheap = await count();
  assert.ok(cheap > 0 && cheap < everything, `${cheap} of ${everything} homes`);
  assert.deepEqual(await violations(page), []);

  // Choosing one value of a facet leaves the counts of the others as they are.
  const facet = page.locator(".bk-facets details", { hasText: "Soverom" }).filter({ has: page.locator(".bk-facet") }).last();
  await facet.locator("summary").click();
  await page.locator("#f-q").press("End");
  await page.keyboard.type("0"); // it stays open while one types on
  await page.waitForURL(/120000/);
  await page.locator("#f-q").press("Backspace");
  await page.waitForURL((url) => url.searchParams.get("q").endsWith(" 12000"));
  const counts = async () => Object.fromEntries((await facet.locator("a").allInnerTexts()).map((t) => t.trim().split(/\s+/)));
  const before = await counts();
  const [value] = Object.keys(before);
  await facet.locator("a").first().click();
  await page.waitForURL(/bedrooms=/);
  assert.equal(await count(), Number(before[value]));
  assert.deepEqual(await counts(), before);

  // What was understood can be taken away again, one by one; so the way back works.
  await page.locator("#results .ds-chip", { hasText: "under 12000" }).click();
  await page.waitForURL((url) => !url.searchParams.get("q").includes("12000"));
  assert.equal((await chips()).length, 1);
  await page.goBack();
  await page.locator("#results .ds-chip", { hasText: "under 12000" }).waitFor();

  // Kept under a name, opened, and deleted.
  const kept = await chips();
  await page.getByText("Lagre dette søket").click();
  await page.getByLabel("Navn på søket").fill("Rimelige");
  await press(page, "Lagre");
  await see(page, "Søket er lagret.");
  await go(page, "/listings");
  await follow(page, "Rimelige");
  assert.deepEqual(await chips(), kept);
  await page.getByText("Lagre dette søket").click();
  await press(page, "Slett Rimelige");
  await see(page, "Søket er slettet.");

  // Distances are measured from a place; the nearest comes first.
  await go(page, "/listings?near=8630");
  const km = (await page.locator("tbody td[data-label=Avstand]").allInnerTexts()).map((t) => Number(t.match(/^\d+/)?.[0] ?? Infinity));
  assert.ok(km.length > 5 && km.every((d, i) => i === 0 || km[i - 1] <= d), `distances ${km}`);
  await status.getByText(/Nærmest/).waitFor();
  assert.deepEqual(page.complaints, []);
});
