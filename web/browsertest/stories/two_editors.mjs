// Two people edit the same record: whoever saves last is shown what the other
// changed, beside what they wrote themselves, and nothing is lost.
import assert from "node:assert/strict";
import { openPage, violations, withBrowser } from "../lib/site.mjs";
import { follow, go, press, see } from "../lib/steps.mjs";
import { signIn } from "../lib/signin.mjs";

await withBrowser(async (browser) => {
  const first = await openPage(browser), second = await openPage(browser);
  await signIn(first, "caseworker");
  await signIn(second, "coordinator");
  await go(first, "/households");
  await follow(first, /^H-\d+$/);
  const household = new URL(first.url()).pathname;
  await go(first, `${household}/edit`);
  await go(second, `${household}/edit`);

  await first.fill("#f-max_rent", "11111");
  await first.fill("#f-monthly_income", "31000");
  await press(first, "Lagre");
  await see(first, "Endringene er lagret");

  // The second has changed one field that the first changed too, and one of their own.
  await second.fill("#f-max_rent", "12222");
  await second.fill("#f-areas", "Ytteren");
  await press(second, "Lagre");
  const told = second.locator(".bk-conflict");
  await told.waitFor();
  assert.equal(await told.evaluate((e) => e === document.activeElement), true, "the focus is not where the page tells of it");
  assert.match(await told.innerText(), /11\s?111[^]*12\s?222/);
  assert.match(await told.innerText(), /31\s?000/);
  assert.equal(await second.inputValue("#f-max_rent"), "12222");
  assert.equal(await second.inputValue("#f-monthly_income"), "31000");
  assert.equal(await second.inputValue("#f-areas"), "Ytteren");
  assert.deepEqual(await violations(second), []);

  // They decide, and save what both meant.
  await second.fill("#f-max_rent", "11111");
  await press(second, "Lagre");
  await see(second, "Endringene er lagret");
  const page = await second.locator("main").innerText();
  for (const wanted of [/11\s111/, /31\s000/, /Ytteren/]) assert.match(page, wanted);
  assert.deepEqual([...first.complaints, ...second.complaints], []);
});
