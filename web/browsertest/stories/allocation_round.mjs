// An allocation round: computed, compared with taking the best pairs one by one,
// steered by a person who locks and excludes, computed again, and turned into
// proposals.
import assert from "node:assert/strict";
import { openPage, violations, withBrowser } from "../lib/site.mjs";
import { follow, go, press, see } from "../lib/steps.mjs";
import { signIn } from "../lib/signin.mjs";

const number = (text) => Number(text.replace(/\s/g, "").replace(",", "."));

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  await signIn(page, "coordinator");
  await go(page, "/allocation");
  await press(page, "Ny runde");

  const pairs = page.locator(".bk-matches > li");
  const titles = () => pairs.locator("label").allInnerTexts();
  const before = await titles();
  assert.ok(before.length >= 5, `${before.length} pairs only`);
  const [total, greedy] = (await page.getByText("Samlet verdi").innerText()).match(/\d[\d\s]*,\d/g).map(number);
  assert.ok(total >= greedy, `${total} is less than ${greedy}, which the best pairs one by one come to`);
  assert.deepEqual(await violations(page), []);

  // One pair is locked and another excluded: the round is computed again.
  const locked = before[1], excluded = before[0];
  await press(page, "Lås", pairs.filter({ hasText: locked }));
  await pairs.filter({ hasText: locked }).getByText("Låst", { exact: true }).waitFor();
  await press(page, "Utelat", pairs.filter({ hasText: excluded }));
  await page.getByRole("heading", { name: "Utelatt" }).waitFor();
  const after = await titles();
  assert.ok(after.includes(locked), "the locked pair is gone");
  assert.ok(!after.includes(excluded), "the excluded pair is there still");
  const [less] = (await page.getByText("Samlet verdi").innerText()).match(/\d[\d\s]*,\d/g).map(number);
  assert.ok(less <= total, `without its best pair the sum grew from ${total} to ${less}`);

  // Another coordinator changes the round meanwhile: the first is told, and loses nothing.
  const other = await openPage(browser, { storage: await page.context().storageState() });
  await other.goto(page.url());
  await press(other, "Lås", other.locator(".bk-matches > li", { hasText: after.find((t) => t !== locked) }));
  await press(page, "Frigi", pairs.filter({ hasText: locked }));
  await see(page, /endret runden/);
  assert.equal(await pairs.getByText("Låst", { exact: true }).count(), 2);

  // Those that a person has ticked become proposals, once.
  await pairs.last().locator("input[type=checkbox]").uncheck();
  const chosen = await page.locator("input[name=pair]:checked").count();
  await press(page, "Foreslå de valgte");
  await see(page, `${chosen} forslag er registrert`);
  assert.equal(new URL(page.url()).pathname, "/placements");
  await page.goBack();
  await page.reload();
  await see(page, "Runden er gjort om til forslag");
  await follow(page, "Se formidlingen");
  await see(page, "Ingenting ennå");
  assert.deepEqual([...page.complaints, ...other.complaints], []);
});
