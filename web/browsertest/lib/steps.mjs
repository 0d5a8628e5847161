// What people do on pages again and again.
import { base } from "./site.mjs";

/** Today in the office's zone, as a form's date and as people write it. */
export const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Oslo" }).format(new Date());
export const written = (iso) => iso.split("-").reverse().join(".");

/** Returns the day that is n days after the ISO date. */
export function daysAfter(iso, n) {
  const day = new Date(`${iso}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + n);
  return day.toISOString().slice(0, 10);
}

/** Waits until the page shows the text. */
export const see = (page, text) => page.locator("main").getByText(text).first().waitFor();

/** Goes to a page by its path. */
export const go = (page, path) => page.goto(new URL(path, base).href);

/** Follows the link of that name in the page's main part. */
export async function follow(page, name) {
  const link = page.locator("main").getByRole("link", { name }).first();
  await Promise.all([page.waitForEvent("framenavigated"), link.click()]);
}

/** Presses the button of that name and waits for the page that it leads to. */
export async function press(page, name, within = page.locator("main")) {
  const answered = page.waitForResponse((r) => r.request().isNavigationRequest() && r.status() !== 303);
  await within.getByRole("button", { name }).first().click();
  await answered;
  await page.waitForLoadState();
}

/** Clicks what saves a file, and saves it at path. */
export async function download(page, locator, path) {
  const saved = page.waitForEvent("download");
  await locator.click();
  await (await saved).saveAs(path);
}
