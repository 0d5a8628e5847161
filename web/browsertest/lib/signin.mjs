// Signing in as one of the demo's users, who stand on the sign-in page with their
// passwords.
import assert from "node:assert/strict";
import { base } from "./site.mjs";

/** The roles, each of which has a demo user of its name. */
export const roles = ["caseworker", "coordinator", "manager", "administrator"];

/** Signs the page's context in as the demo's user of that role. */
export async function signIn(page, role) {
  await page.goto(`${base}/sign-in`);
  await signInHere(page, role);
}

/** The same on the sign-in page that somebody was led to. */
export async function signInHere(page, role) {
  const row = page.locator("main li", { has: page.locator("code", { hasText: role }) });
  assert.equal(await row.count(), 1, `the sign-in page names no demo user ${role}`);
  const [username, password] = await row.locator("code").allTextContents();
  await page.fill('input[name="username"]', username);
  await page.fill('input[name="password"]', password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/sign-in"), page.click('main button[type="submit"]')]);
}
