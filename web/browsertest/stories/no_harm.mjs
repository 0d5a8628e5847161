// What happens to everybody does no harm: a double click, the way back, a reload,
// the same form sent from two tabs, and a connection that is lost while a form is
// under way.
import assert from "node:assert/strict";
import { openPage, withBrowser } from "../lib/site.mjs";
import { go, press, see } from "../lib/steps.mjs";
import { signIn, signInHere } from "../lib/signin.mjs";

async function fillListing(page, address) {
  await go(page, "/listings/new");
  await page.fill("#f-address", address);
  await page.fill("#f-rent", "9000");
  await page.fill("#f-landlord_name", "Tålmodig Utleier");
}

// found returns how many listings have the address, as the list tells it.
async function found(page, address) {
  await go(page, `/listings?q=${encodeURIComponent(address)}`);
  return page.locator("tbody tr", { hasText: address }).count();
}

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  await signIn(page, "caseworker");

  // A double click, as fast as a hand can: one listing.
  await fillListing(page, "Dobbeltklikket 1");
  await page.getByRole("button", { name: "Lagre" }).dblclick({ noWaitAfter: true });
  await see(page, "Dobbeltklikket 1");
  await page.waitForURL(/\/listings\/(?!new)/);
  const registered = page.url();

  // And where nothing in the browser holds a second click back: the form's key does.
  await page.reload();
  await fillListing(page, "Toganger 2");
  const form = await page.evaluate(() => new URLSearchParams(new FormData(document.querySelector("main form[method=post]"))).toString());
  const ends = await page.evaluate((body) => Promise.all([1, 2, 3].map(() =>
    fetch("/listings/new", { method: "POST", body, headers: { "Content-Type": "application/x-www-form-urlencoded" } }).then((r) => r.url))), form);
  assert.equal(new Set(ends).size, 1, `the same form led to ${ends}`);

  // Back, and the form sent again as it was: where it led before. What is changed
  // first is another home, and is not swallowed.
  await press(page, "Lagre");
  assert.equal(page.url(), ends[0]);
  await page.goBack();
  assert.equal(await page.inputValue("#f-address"), "Toganger 2");
  await press(page, "Lagre");
  assert.equal(page.url(), ends[0]);
  await page.goBack();
  await page.fill("#f-address", "Naboen 2B");
  await press(page, "Lagre");
  await see(page, "Naboen 2B");
  // A reload of the page that a form leads to sends nothing.
  let posts = 0;
  page.on("request", (r) => { if (r.method() === "POST") posts++; });
  await page.reload();
  assert.equal(posts, 0);
  assert.equal(await page.locator("button[aria-busy]").count(), 0);

  // There is no connection when the form is sent: it stays, and says so.
  await fillListing(page, "Frakoblet 3");
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Lagre" }).click();
  await see(page, "Ingen forbindelse");
  assert.equal(await page.inputValue("#f-address"), "Frakoblet 3");
  await page.context().setOffline(false);
  await press(page, "Lagre");
  await see(page, "Frakoblet 3");

  // The form arrives, but the connection breaks before its answer does: the browser's
  // own page offers to send it again, and then it counts once.
  await fillListing(page, "Svarløst 4");
  await page.route("**/listings/new", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch({ maxRedirects: 0 });
    await route.abort("connectionreset");
  });
  const broken = page.waitForEvent("requestfailed");
  await page.getByRole("button", { name: "Lagre" }).click({ noWaitAfter: true });
  await broken;
  await page.waitForURL(/chrome-error/);
  await page.unroute("**/listings/new");
  await page.reload();
  await see(page, "Svarløst 4");

  for (const address of ["Dobbeltklikket 1", "Toganger 2", "Naboen 2B", "Frakoblet 3", "Svarløst 4"]) {
    assert.equal(await found(page, address), 1, `${address} stands not once`);
  }

  // Signed out while they typed: after signing in again the form is there with all of
  // it, and for nobody else.
  for (const [role, kept] of [["caseworker", "Utlogget 9"], ["coordinator", ""]]) {
    await fillListing(page, "Utlogget 9");
    await page.context().clearCookies();
    await press(page, "Lagre");
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    await signInHere(page, role);
    assert.equal(new URL(page.url()).pathname, "/listings/new");
    assert.equal(await page.inputValue("#f-address"), kept, `${role} finds what the caseworker had typed`);
    if (!kept) break;
    await press(page, "Lagre");
    await see(page, "Utlogget 9");
  }
  await page.context().clearCookies();
  await signIn(page, "caseworker");

  // A change of status sent twice from two tabs is told of, and nothing breaks.
  const twin = await page.context().newPage();
  await page.goto(registered);
  await twin.goto(registered);
  await press(page, "Trekk");
  await press(twin, "Trekk");
  assert.equal(await twin.locator("h1").count(), 1);
  await page.reload();
  await see(page, "Trukket");
  assert.deepEqual(page.complaints.filter((c) => !/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET/.test(c)), []);
});
