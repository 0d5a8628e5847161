// Each role is refused what is not theirs, by a page that a person understands,
// and whoever is signed out is asked to sign in and led on to where they went.
import assert from "node:assert/strict";
import { base, openPage, violations, withBrowser } from "../lib/site.mjs";
import { signIn } from "../lib/signin.mjs";

const refused = {
  caseworker: ["/admin/users", "/admin/policy", "/admin/audit"],
  coordinator: ["/admin/users", "/admin/audit"],
  manager: ["/households", "/placements", "/admin/users"],
  administrator: ["/households", "/placements"],
};

await withBrowser(async (browser) => {
  for (const [role, paths] of Object.entries(refused)) {
    const page = await openPage(browser);
    await signIn(page, role);
    for (const path of paths) {
      const response = await page.goto(base + path);
      assert.equal(response.status(), 403, `${path} for ${role}`);
      assert.equal(await page.locator("h1").count(), 1);
      assert.deepEqual(await violations(page), []);
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
  const page = await openPage(browser, { lang: "en" });
  await page.goto(`${base}/households`);
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  await signIn(page, "caseworker");
  await page.goto(`${base}/households`);
  assert.equal(new URL(page.url()).pathname, "/households");
  await page.context().close();
});
