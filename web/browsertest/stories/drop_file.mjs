// A file is dropped on the page; while it is read the bar moves, never backwards, and
// the page shows the end by itself.
import assert from "node:assert/strict";
import { openPage, violations, withBrowser } from "../lib/site.mjs";
import { go, press, see } from "../lib/steps.mjs";
import { signIn } from "../lib/signin.mjs";

const rows = 30_000; // some seconds of work, wherever it is done

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  await signIn(page, "coordinator");

  // Every move of the bar is kept, over the page that it ends on.
  await page.addInitScript(() => document.addEventListener("DOMContentLoaded", () => {
    const bar = document.querySelector("[data-stream] progress");
    if (!bar) return;
    const moves = [];
    new MutationObserver(() => {
      moves.push(bar.position);
      sessionStorage.setItem("moves", JSON.stringify(moves));
    }).observe(bar, { attributes: true });
  }));

  await go(page, "/imports");
  const form = page.locator("form[data-drop]");
  const carried = await page.evaluateHandle((rows) => {
    const lines = ["Nr;Adresse;Postnr;Sted;Type bolig;Ant. soverom;Husleie"];
    for (let i = 1; i <= rows; i++) lines.push(`D-${i};Slippvegen ${i};8610;Mo i Rana;leilighet;${i % 4};${6000 + i % 5000}`);
    const carried = new DataTransfer();
    carried.items.add(new File([lines.join("\n")], "sluppet.csv", { type: "text/csv" }));
    return carried;
  }, rows);
  await form.dispatchEvent("dragover", { dataTransfer: carried });
  assert.equal(await form.getAttribute("data-over"), "", "the form does not show that it takes the file");
  await form.dispatchEvent("drop", { dataTransfer: carried });
  assert.equal(await form.getAttribute("data-over"), null);
  assert.equal(await form.locator("input[type=file]").evaluate((input) => input.files[0]?.name), "sluppet.csv");

  await press(page, "Se hva som vil skje");
  await page.getByRole("button", { name: /^Ta i bruk/ }).waitFor({ timeout: 300_000 });
  await see(page, "sluppet.csv");
  const moves = JSON.parse(await page.evaluate(() => sessionStorage.getItem("moves") ?? "[]"));
  console.log(`the bar moved ${moves.length} times: ${moves.map((m) => m.toFixed(2)).join(" ")}`);
  assert.ok(moves.some((m) => m > 0 && m < 1), "the bar was never on its way");
  assert.ok(moves.every((m, i) => i === 0 || m >= moves[i - 1]), "the bar went back");
  assert.deepEqual(await violations(page), []);
  await press(page, "Forkast filen");
  assert.deepEqual(page.complaints, []);
});
