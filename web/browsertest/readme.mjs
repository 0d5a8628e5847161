// Takes the pictures of the README, from the demo municipality.
import { join } from "node:path";
import { makeWorkbook } from "./lib/sheets.mjs";
import { base, openPage, scratch, withBrowser } from "./lib/site.mjs";
import { follow, go, press } from "./lib/steps.mjs";
import { signIn } from "./lib/signin.mjs";

const folder = process.env.BOLIGKLAR_README;
const file = join(scratch, "utleieboliger fra kontoret.xlsx");
makeWorkbook(file, [["Utleieboliger", [
  ["Nr", "Adresse", "Postnr", "Sted", "Type bolig", "Ant. soverom", "Husleie", "Depositum", "Ledig fra", "Utleier", "Merknad"],
  ["U-201", "Multebærkroken 3", 8610, "Mo i Rana", "leilighet", 2, "8 500,-", "3 mnd", "01.01.2027", "Oddny Granli", ""],
  ["U-202", "Tyttebærhaugen 41", 8610, "Selfors", "hybel", 1, "omtrent seks tusen", "6000", "1. desember 2026", "Birk Utleie AS", ""],
  ["U-203", "Linneastien 8", 8614, "Gruben", "sokkelleilighet", 2, 9200, "5 mnd", "31.02.2027", "Tora Vik", ""],
  ["U-204", "Røsslyngvegen 12", 8622, "Mo i Rana", "rekkehus", 3, 12400, "2 mnd", "15.01.2027", "Einar Moen", "Kun for norske statsborgere"],
]]]);

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  await page.setViewportSize({ width: 1280, height: 800 });
  const picture = (name, of = page) => of.screenshot({ path: join(folder, `${name}.png`) });
  await signIn(page, "coordinator");
  await go(page, "/");
  await picture("today");

  await go(page, "/households");
  await follow(page, /^H-\d+$/);
  const first = page.locator(".bk-matches > li").first();
  await first.getByText("Begrunnelse").click();
  await first.locator(".bk-outcomes").waitFor();
  await page.waitForFunction(() => document.getAnimations().length === 0);
  await page.locator("#matches").evaluate((e) => window.scrollTo(0, e.getBoundingClientRect().top + window.scrollY - 24));
  await picture("household");

  await go(page, "/allocation");
  await press(page, "Ny runde");
  await picture("allocation");

  await go(page, "/units");
  await picture("units");

  await go(page, "/imports");
  await page.setInputFiles("input[type=file]", file);
  await press(page, "Se hva som vil skje");
  await page.locator(".bk-problems").waitFor();
  await picture("import");

  const phone = await openPage(browser, { size: "phone" });
  await phone.goto(`${base}/utleier`);
  await picture("landlord", phone);
});
