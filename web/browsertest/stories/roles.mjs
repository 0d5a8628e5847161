// Each role is refused what is not theirs, by a page that a person understands,
// and whoever is signed out is asked to sign in and led on to where they went.
import assert from "node:assert/strict";
import { base, openPage, violations, withBrowser } from "../lib/site.mjs";
import { signIn } from "../lib/signin.mjs";

const refused = {
  caseworker: ["/imports", "/allocation", "/admin", "/admin/users", "/admin/policy", "/admin/audit", "/admin/settings"],
  coordinator: ["/admin/users", "/admin/audit", "/admin/settings"],
  manager: ["/households", "/listings", "/landlords", "/placements", "/allocation", "/ring", "/submissions", "/imports", "/admin/users", "/admin/audit"],
  administrator: ["/households", "/listings", "/landlords", "/placements", "/allocation", "/ring", "/submissions", "/imports"],
};

// What a role may not do is refused as well where no page offers it.
const undone = {
  caseworker: ["/imports", "/allocation", "/admin/users/new", "/admin/policy"],
  coordinator: ["/admin/users/new", "/admin/settings"],
  manager: ["/households/new", "/listings/new", "/placements", "/ring", "/allocation"],
  administrator: ["/households/new", "/listings/new", "/placements", "/submissions"],
};

await withBrowser(async (browser) => {
  for (const [role, paths] of Object.entries(refused)) {
    const page = await openPage(browser);
    await signIn(page, role);
    for (const path of paths) {
      const response = await page.goto(base + path);
      assert.equal(response.status(), 403, `${path} for ${role}`);
      assert.equal(await page.locator("h1").count(), 1);
      assert.equal(await page.locator("nav a", { has: page.locator(`xpath=self::*[@href="${path}"]`) }).count(), 0, `the menu leads ${role} to ${path}`);
    }
    assert.deepEqual(await violations(page), []);
    for (const path of undone[role]) {
      const status = await page.evaluate((to) => fetch(to, { method: "POST", body: new URLSearchParams({ form_key: "x" }) }).then((r) => r.status), path);
      assert.equal(status, 403, `POST ${path} for ${role}`);
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
