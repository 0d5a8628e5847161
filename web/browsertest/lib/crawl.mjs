// Finding every page that a person can reach by following links.
import { base } from "./site.mjs";

// Addresses that differ in a record's id, a date or a number only are one page.
function template(url) {
  return url.pathname.split("/").map((part, i, parts) => {
    if (part.startsWith("demo-") || parts[i - 1] === "texts") return ":id";
    if (/^\d{4}-\d{2}(-\d{2})?$/.test(part)) return ":date";
    if (/\d/.test(part) && part.length >= 8) return ":id";
    return part;
  }).join("/");
}

// Files to be saved are no pages, and signing out would end the walk.
const passOver = /^\/(static|sign-out|photos)\b|\.(xlsx|csv|yaml|json|svg|png|jpe?g|webp)$/;

/**
 * Follows links from start, as the browser's context allows, and returns one
 * address for each page: [{template, path}], in the order of their templates.
 */
export async function pages(page, start = "/", limit = 120) {
  const found = new Map(), met = new Set(), queue = [start];
  while (queue.length > 0 && found.size < limit) {
    const url = new URL(queue.shift(), base);
    url.searchParams.delete("lang");
    const name = template(url);
    if (met.has(name)) continue;
    met.add(name);
    const response = await page.goto(url.href).catch((e) => {
      if (!/Download is starting/.test(e.message)) throw e;
    });
    if (!response) continue; // a file to be saved
    const type = response?.headers()["content-type"] ?? "";
    if (!type.startsWith("text/html")) continue;
    if (response.status() !== 200) {
      page.complaints.push(`${response.status()} ${url.pathname}: a link leads there`);
      continue;
    }
    found.set(name, url.pathname + url.search);
    const links = await page.$$eval("a[href]:not([download])", (as) => as.map((a) => a.href));
    for (const href of links) {
      const link = new URL(href, base);
      if (link.origin === base && !passOver.test(link.pathname) && !met.has(template(link))) queue.push(link.pathname + link.search);
    }
  }
  return [...found].map(([template, path]) => ({ template, path })).sort((a, b) => a.template.localeCompare(b.template));
}
