// The whole way: a spreadsheet with errors comes in, is corrected and applied; the
// home in it ranks for the household in it; they are brought together, step by
// step; and the unit that the household leaves stands vacant, on the board and in
// the month's workbook.
import assert from "node:assert/strict";
import { join } from "node:path";
import { openPage, scratch, violations, withBrowser } from "../lib/site.mjs";
import { correctWorkbook, makeWorkbook, readWorkbook } from "../lib/sheets.mjs";
import { daysAfter, download, follow, go, press, see, today, written } from "../lib/steps.mjs";
import { signIn } from "../lib/signin.mjs";

const file = join(scratch, "fra kontoret.xlsx"), marked = join(scratch, "feil.xlsx"), report = join(scratch, "maaned.xlsx");
makeWorkbook(file, [
  ["Enheter", [["Enhet", "Adresse", "Eierform", "Ant. soverom", "Husleie", "I bruk fra"], ["S-900", "Storstua 1", "eid", 1, 8000, "01.01.2020"]]],
  ["Husstander", [
    ["Husstand", "Voksne", "Barn", "Arbeid", "Inntekt", "Maks husleie", "Sikkerhet", "Ønsket område", "Må bo i området", "Boligklar dato", "Bor i", "Referanser", "Sosialhjelp", "Trenger trinnfritt", "Husdyr", "Ønsker innflytting"],
    ["S-HUS", 1, 0, "fast jobb", 32000, 12000, "kommunal garanti", "Fortellingen", "ja", "31.02.2026", "S-900", "ja", "nei", "nei", "nei", written(today)],
  ]],
  ["Opphold", [["Enhet", "Husstand", "Antall personer", "Innflyttet", "Utflyttet"], ["S-900", "S-HUS", 1, "01.03.2024", ""]]],
  ["Utleieboliger", [
    ["Nr", "Adresse", "Sted", "Type bolig", "Ant. soverom", "Husleie", "Strøm inkl.", "Sikkerhet godtas", "Ledig fra", "Leieform", "Utleier", "Telefon", "confirmed_on", "Krav om jobb", "Referanser kreves"],
    ["S-LEIE", "Eventyrveien 7", "Fortellingen", "leilighet", 1, "omtrent ni tusen", "ja", "kommunal garanti, depositumskonto", written(daysAfter(today, -1)), "tidsubestemt", "Askeladd Utleie", "41234567", written(today), "dokumentert inntekt", "ja"],
  ]],
]);

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  await signIn(page, "coordinator");

  // The file with errors: what is wrong stands beside the cell.
  await go(page, "/imports");
  await page.setInputFiles("input[type=file]", file);
  await press(page, "Se hva som vil skje");
  await see(page, "omtrent ni tusen");
  const problems = page.locator(".bk-problems tbody tr");
  const rent = problems.filter({ hasText: "omtrent ni tusen" }), day = problems.filter({ hasText: "31.02.2026" });
  assert.match(await rent.innerText(), /F2/);
  assert.match(await rent.innerText(), /avvist/);
  assert.match(await day.innerText(), /J2/);
  assert.deepEqual(await violations(page), []);

  // The workbook with the problems marked is corrected and comes in again.
  await download(page, page.getByRole("link", { name: "Last ned arbeidsboken" }), marked);
  const notes = readWorkbook(marked).notes;
  assert.ok(notes.Utleieboliger?.some((n) => n.startsWith("F2")), `no note at the rent: ${JSON.stringify(notes)}`);
  await press(page, "Forkast filen");
  correctWorkbook(marked, { "Utleieboliger!F2": "9 500,-", "Husstander!J2": "01.02.2026" });
  await page.setInputFiles("input[type=file]", marked);
  await press(page, "Se hva som vil skje");
  await page.getByRole("button", { name: "Ta i bruk: 4 nye" }).waitFor();
  assert.equal(await problems.filter({ hasText: "avvist" }).count(), 0);
  await press(page, "Ta i bruk");
  await see(page, "Importen er gjennomført");
  const stream = await page.evaluate(() => fetch(`${location.pathname}/progress`).then((r) => r.text()));
  assert.match(stream, /event: done\ndata: applied/);

  // The listing ranks for the household, with reasons.
  await go(page, "/households?ref=S-HUS");
  await follow(page, "S-HUS");
  const first = page.locator(".bk-matches > li").first();
  assert.match(await first.innerText(), /Eventyrveien 7/);
  await first.getByText("Begrunnelse").click();
  await first.locator(".bk-outcomes li").first().waitFor();
  assert.match(await first.innerText(), /Passer/);
  const household = page.url();

  // From proposal to the keys, each step by a person.
  await press(page, "Foreslå", first);
  await see(page, "utleier får ikke vite noe før ja er registrert");
  const told = page.locator("section", { has: page.locator("#told") });
  assert.match(await told.innerText(), /Ingenting ennå/);
  for (const step of ["Husstanden sier ja", "Visning", "Utleier tilbyr boligen", "Leieavtale signert", "Flyttet inn"]) {
    await press(page, step);
    await see(page, "Registrert.");
  }
  await see(page, "Oppfølging etter");
  assert.match(await told.innerText(), /Referanser: ja/);
  assert.doesNotMatch(await told.innerText(), /32\s?000|Sosialhjelp|S-900/);
  assert.deepEqual(await violations(page), []);

  // The unit is made ready from then on, and when it is, it stands vacant.
  await go(page, "/units?state=making_ready");
  assert.match(await page.locator("tr", { hasText: "S-900" }).innerText(), /Gjøres klar/);
  await follow(page, "S-900");
  await press(page, /^Klar igjen/);
  await go(page, "/units?state=vacant");
  const unit = page.locator("tr", { hasText: "S-900" });
  assert.match(await unit.innerText(), /Ledig/);
  await go(page, household);
  assert.match(await page.locator(".bk-timeline").innerText(), /Flyttet inn/i);

  // The month's workbook tells of it, and its figures reconcile.
  await go(page, `/reports/turnover?month=${today.slice(0, 7)}`);
  await download(page, page.getByRole("link", { name: "Arbeidsbok for kontoret" }), report);
  const sheets = readWorkbook(report).rows;
  const lines = Object.entries(sheets).flatMap(([sheet, rows]) => (rows ?? []).filter((r) => r?.includes("S-900")).map((r) => [sheet, ...r].join(" | ")));
  console.log(lines.join("\n"));
  assert.ok(lines.some((l) => /S-HUS/.test(l) && /[Pp]rivat/.test(l)), "the workbook has no move-out of S-HUS from S-900 to a private rental");
  assert.ok(lines.some((l) => /[Ll]edig/.test(l)), "the workbook does not say that S-900 is vacant");
  assert.deepEqual(page.complaints, []);
});
