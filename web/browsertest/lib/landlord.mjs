// What landlords do on the public pages.
import { deflateSync, crc32 } from "node:zlib";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { go } from "./steps.mjs";

let visitors = 0;

/** Returns the address of a visitor who was not here before. */
export const visitor = () => `10.${process.pid >> 8 & 255}.${process.pid & 255}.${++visitors}`;

/** The words of the pages that the stories look for, by language. */
export const words = {
  nb: { title: "Leie ut til noen som er klare", send: "Send inn", save: "Lagre", again: "Vi må være sikre", homes: "Boligene dine", more: "Endre eller fyll ut mer", photos: "Legg til bilder",
    unlawful: "Loven lar deg ikke velge", rent: "Skriv hva leien er", name: "Skriv navnet ditt", deposit: "høyst 6 måneders leie", saved: "Endringene er lagret", call: "Vi ringer deg" },
  nn: { title: "Leige ut til nokon som er klare", send: "Send inn", save: "Lagre", again: "Vi må vere sikre", homes: "Bustadene dine", more: "Endre eller fyll ut meir", photos: "Legg til bilete",
    unlawful: "Lova lèt deg ikkje velje", rent: "Skriv kva leiga er", name: "Skriv namnet ditt", deposit: "høgst 6 månaders leige", saved: "Endringane er lagra", call: "Vi ringjer deg" },
  en: { title: "Let your home to someone", send: "Send", save: "Save", again: "We must be sure", homes: "Your homes", more: "Change or add details", photos: "Add photos",
    unlawful: "The law does not let you choose", rent: "Write what the rent is", name: "Write your name", deposit: "at most 6 months", saved: "Your changes are saved", call: "We will call you" },
};

// A form that comes back sooner is taken for a machine's.
const personsTime = 2_200;

/**
 * Sends the page's form, as soon as a person could have filled it in, and returns
 * the answer. Whoever was too fast all the same presses once more, with all that
 * was typed in place.
 */
export async function send(page, button, again) {
  for (let tries = 0; tries < 3; tries++) {
    if (await page.locator("input[name=stamp]").count()) {
      const left = personsTime - (Date.now() - (page.shownAt ?? 0));
      if (left > 0) await page.waitForTimeout(left);
    }
    const answered = page.waitForResponse((r) => r.request().isNavigationRequest() && r.status() !== 303);
    await page.locator("main").getByRole("button", { name: button, exact: true }).first().click();
    const response = await answered;
    await page.waitForLoadState();
    page.shownAt = Date.now();
    if ((await page.locator("#errors", { hasText: again }).count()) === 0) return response;
  }
  throw new Error("the form is taken for a machine's, however long one waits");
}

/** Fills in the first step, and opens what may wait where a value is for it. */
export async function fillStepOne(page, home) {
  for (const [field, value] of Object.entries(home)) {
    if (!(await page.locator(`#f-${field}`).isVisible())) await page.locator(`details:has(#f-${field}) > summary`).click();
    if (field === "dwelling_type") await page.selectOption("#f-dwelling_type", value);
    else await page.fill(`#f-${field}`, value);
  }
}

/** Returns the texts of the messages to an address, waiting until there are n. */
export async function messages(to, n = 1) {
  const folder = join(process.env.BOLIGKLAR_TEST_DATA, "outbox");
  for (const end = Date.now() + 60_000; ; await new Promise((done) => { setTimeout(done, 100); })) {
    let found = [];
    try {
      found = readdirSync(folder).filter((f) => f.endsWith(".txt")).sort().map((f) => readFileSync(join(folder, f), "utf8")).filter((text) => text.startsWith(`To: ${to}\n`));
    } catch { /* nothing was sent yet */ }
    if (found.length >= n) return found;
    if (Date.now() > end) throw new Error(`got ${found.length} messages to ${to}, want ${n}`);
  }
}

/** Returns the path of the private link in a message. */
export const linkIn = (text) => text.match(/\/utleier\/mine\/\w+/)[0];

/** Makes a PNG file of one colour. */
export function png(width, height, [r, g, b]) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]), out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from([r, g, b]))]);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(Array(height).fill(row)))), chunk("IEND", Buffer.alloc(0))]);
}

/** Opens the public page in a language. */
export async function openOffer(page, lang) {
  await go(page, `/utleier?lang=${lang}`);
  page.shownAt = Date.now();
}
