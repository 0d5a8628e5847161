// The whole round of a home: registered on a phone, approved, matched, confirmed
// by the link in the message, let; and what happens to it meanwhile by itself:
// nothing, when a link is merely fetched.
import assert from "node:assert/strict";
import { openPage, violations, withBrowser } from "../lib/site.mjs";
import { fillStepOne, linkIn, messages, openOffer, send, visitor, words } from "../lib/landlord.mjs";
import { follow, go, press, see, today } from "../lib/steps.mjs";
import { signIn } from "../lib/signin.mjs";

const home = { address: "Rundturen 4", dwelling_type: "house", rent: "7 200", available_from: today, landlord_name: "Ronja Runde", landlord_phone: "412 98 765", landlord_email: "ronja@example.no", postal_place: "Selfors" };

await withBrowser(async (browser) => {
  const phone = await openPage(browser, { size: "phone", address: visitor() }), w = words.nb;
  await openOffer(phone, "nb");
  await fillStepOne(phone, home);
  await send(phone, w.send, w.again);
  await see(phone, "En koordinator ser på den først");
  await follow(phone, w.more);
  await phone.fill("#f-bedrooms", "3");
  await phone.selectOption("#f-electricity_included", "yes");
  await phone.selectOption("#f-employment_requirement", "none");
  await phone.selectOption("#f-lease_kind", "indefinite");
  await phone.selectOption("#f-references_required", "no");
  for (const box of await phone.locator('input[name="accepted_security"]').all()) await box.check();
  await phone.getByLabel("Kommunen leier av deg").check();
  await send(phone, w.save, w.again);
  await see(phone, w.saved);

  // Nobody finds it before a coordinator has approved it.
  const desk = await openPage(browser);
  await signIn(desk, "coordinator");
  await go(desk, `/listings?q=${encodeURIComponent(home.address)}`);
  assert.equal(await desk.locator("tbody tr", { hasText: home.address }).filter({ hasText: "Ledig" }).count(), 0);
  await go(desk, "/submissions");
  const card = desk.locator("article", { has: desk.getByRole("heading", { name: home.address }) });
  await card.waitFor();
  assert.deepEqual(await violations(desk), []);
  await press(desk, "Godkjenn", card);

  // The message says so; its link confirms, but only when a person presses.
  const told = await messages("ronja@example.no", 2);
  const link = linkIn(told.at(-1));
  for (let i = 0; i < 3; i++) assert.equal((await phone.request.get(new URL(link, phone.url()).href)).status(), 200);
  await go(phone, link);
  await see(phone, "På listen");
  await press(phone, "Fortsatt ledig");
  await see(phone, "Takk, da vet vi at den er ledig");
  assert.deepEqual(await violations(phone), []);

  // It is matched: proposed to a household for whom it suits, and let.
  await go(desk, `/listings?q=${encodeURIComponent(home.address)}`);
  await desk.locator("main").getByRole("link", { name: home.address }).first().click();
  await desk.locator(".bk-matches > li").first().waitFor();
  const listing = desk.url();
  await press(desk, "Foreslå", desk.locator(".bk-matches > li", { has: desk.getByRole("button", { name: "Foreslå" }) }).first());
  for (const step of ["Husstanden sier ja", "Visning", "Utleier tilbyr boligen"]) {
    await press(desk, step);
    await see(desk, "Registrert.");
  }
  await phone.reload();
  await see(phone, "Reservert");
  for (const step of ["Leieavtale signert", "Flyttet inn"]) {
    await press(desk, step);
    await see(desk, "Registrert.");
  }
  await go(phone, link);
  await see(phone, "Leid ut");
  await see(phone, "gjennom kommunen");
  assert.doesNotMatch(await phone.locator("main").innerText(), /H-\d/, "the landlord reads a household's reference");
  assert.deepEqual(await violations(phone), []);
  await go(desk, listing);
  for (const happened of ["Bekreftet ledig"]) await see(desk, happened);
  assert.deepEqual([...phone.complaints, ...desk.complaints], []);
});
