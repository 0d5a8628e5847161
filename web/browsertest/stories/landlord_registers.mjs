// A landlord registers a home on a phone, in each language, with script and
// without: what is wrong stands beside its field, focus leads there, what was
// typed stays; the receipt opens the second step and the photos. Drafts stay on
// the device until the office has them.
import assert from "node:assert/strict";
import { languages, openPage, overflow, violations, withBrowser } from "../lib/site.mjs";
import { fillStepOne, messages, openOffer, png, send, visitor, words } from "../lib/landlord.mjs";
import { follow, see } from "../lib/steps.mjs";

const found = [];

// look gathers what is wrong with a page as it stands.
async function look(page, where) {
  for (const v of await violations(page)) found.push(`${where}: ${v}`);
  const wide = await overflow(page);
  if (wide) found.push(`${where}: ${wide}`);
}

// errorOf returns what stands beside a field, and that the field says so.
async function errorOf(page, field) {
  const input = page.locator(`#f-${field}`), error = page.locator(`#f-${field}-error`);
  assert.equal(await input.getAttribute("aria-invalid"), "true", `${field} is not marked`);
  assert.match(await input.getAttribute("aria-describedby"), new RegExp(`f-${field}-error`));
  return error.innerText();
}

async function register(browser, lang, javaScript) {
  const where = `${lang}, ${javaScript ? "with" : "without"} script`, w = words[lang];
  const page = await openPage(browser, { size: "phone", lang, javaScript, address: visitor() });
  // axe is a script; it looks at the page as it is without when scripts may run.
  const eye = javaScript ? look : async () => {};
  await openOffer(page, lang);
  assert.match(await page.locator("h1").innerText(), new RegExp(w.title));
  await eye(page, `${where}: the offer`);

  // Errors: each beside its field, focus in the summary, all that was typed there.
  const email = `${lang}.${javaScript ? "js" : "plain"}@example.no`;
  await fillStepOne(page, { address: "Kun kvinner, Fjordveien 3 <b>", dwelling_type: "basement", available_from: "2030-01-15", landlord_phone: "12", landlord_email: "ikke en adresse", postal_code: "8622", postal_place: "Mo i Rana" });
  const refused = await send(page, w.send, w.again);
  assert.equal(refused.status(), 422, where);
  assert.match(await errorOf(page, "address"), new RegExp(w.unlawful));
  assert.match(await errorOf(page, "rent"), new RegExp(w.rent));
  assert.match(await errorOf(page, "landlord_name"), new RegExp(w.name));
  await errorOf(page, "landlord_phone");
  await errorOf(page, "landlord_email");
  await page.locator("#errors:focus").waitFor();
  await page.locator('#errors a[href="#f-rent"]').click();
  await page.locator("#f-rent:focus").waitFor();
  for (const [field, value] of Object.entries({ address: "Kun kvinner, Fjordveien 3 <b>", dwelling_type: "basement", available_from: "2030-01-15", landlord_phone: "12", landlord_email: "ikke en adresse", postal_code: "8622", postal_place: "Mo i Rana" }))
    assert.equal(await page.inputValue(`#f-${field}`), value, `${where}: ${field}`);
  await eye(page, `${where}: errors`);

  await fillStepOne(page, { address: "Fjordveien 3 <b>", rent: "8 500,-", landlord_name: "Åse Prøve", landlord_phone: "+47 412 34 567", landlord_email: email });
  assert.equal((await send(page, w.send, w.again)).status(), 200, where);
  assert.match(await page.locator("h1").innerText(), new RegExp(w.homes));
  await see(page, "Fjordveien 3 <b>");
  await eye(page, `${where}: the receipt`);
  if (javaScript) assert.equal(await page.evaluate(() => localStorage.getItem("draft:utleier")), null, `${where}: the draft`);

  // The second step: the law's cap as it is typed, and on the server.
  await follow(page, w.more);
  await eye(page, `${where}: the second step`);
  await page.fill("#f-deposit", "7 mnd");
  if (javaScript) await page.locator("[data-deposit-cap] [role=status]", { hasText: w.deposit }).waitFor();
  await page.selectOption("#f-lives_there", "yes");
  await page.getByLabel("NAV", { exact: false }).first().check();
  await send(page, w.save, w.again);
  assert.match(await errorOf(page, "deposit"), new RegExp(w.deposit));
  assert.equal(await page.inputValue("#f-lives_there"), "yes");
  assert.equal(await page.inputValue("#f-deposit"), "7 mnd");
  await page.fill("#f-deposit", "3 mnd");
  await send(page, w.save, w.again);
  await see(page, w.saved);

  // Photos: one that is none is refused, one that is one is shown with its words.
  await follow(page, w.photos);
  await page.setInputFiles("#f-photo", [{ name: "IMG_1.HEIC", mimeType: "image/heic", buffer: Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic") }, { name: "stue.png", mimeType: "image/png", buffer: png(64, 48, [200, 120, 40]) }]);
  await page.locator("main form button").first().click();
  await page.locator("#f-photo-error", { hasText: "HEIC" }).waitFor();
  assert.equal(await page.locator("ol img").count(), 1, where);
  await eye(page, `${where}: photos`);
  await page.locator("ol input").fill("Stue <i>");
  await page.locator("ol + button").click();
  await page.locator('ol img[alt="Stue <i>"]').waitFor();
  assert.ok(await page.locator("ol img").evaluate((img) => img.naturalWidth > 0), `${where}: the photo does not show`);

  const [receipt] = await messages(email);
  assert.match(receipt, /Fjordveien 3/);
  found.push(...page.complaints);
  await page.context().close();
}

// A draft comes back after the page was left, goes when asked, and goes with the receipt.
async function drafts(browser) {
  const w = words.nb, page = await openPage(browser, { size: "phone", address: visitor() });
  await openOffer(page, "nb");
  await fillStepOne(page, { address: "Utkastveien 1", rent: "7000" });
  await page.goto("about:blank");
  await openOffer(page, "nb");
  assert.equal(await page.inputValue("#f-address"), "Utkastveien 1");
  await page.locator("[data-draft-note]").waitFor();
  await look(page, "a draft");
  await page.locator("[data-draft-note] button").click();
  assert.equal(await page.inputValue("#f-address"), "");
  // The line breaks while the form is under way: the draft is there still.
  await fillStepOne(page, { address: "Utkastveien 2", rent: "7000", landlord_name: "Ola Prøve", landlord_phone: "41234567", landlord_email: "utkast@example.no" });
  await page.context().setOffline(true);
  await page.locator("main").getByRole("button", { name: w.send }).click();
  await page.waitForEvent("requestfailed", { timeout: 5000 }).catch(() => {});
  await page.context().setOffline(false);
  await openOffer(page, "nb");
  assert.equal(await page.inputValue("#f-address"), "Utkastveien 2");
  await send(page, w.send, w.again);
  await see(page, "Utkastveien 2");
  assert.equal(await page.evaluate(() => localStorage.getItem("draft:utleier")), null);
  await openOffer(page, "nb");
  assert.equal(await page.inputValue("#f-address"), "");
  await page.context().close();
}

await withBrowser(async (browser) => {
  for (const lang of languages) for (const javaScript of [true, false]) await register(browser, lang, javaScript);
  await drafts(browser);
  assert.deepEqual(found, []);
});
