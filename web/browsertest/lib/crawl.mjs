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

// The addresses of a page's links, but those of files.
const linksIn = (html) => [...html.matchAll(/<a\b[^>]*>/g)].map(([tag]) => tag).filter((tag) => !/\sdownload\b/.test(tag))
  .map((tag) => tag.match(/\shref="([^"]*)"/)?.[1]?.replaceAll("&amp;", "&")).filter(Boolean);

/**
 * Follows links from some addresses, with what the page's context is signed in as but without
 * showing any, and returns one address for each page: [{template, path}], in the order
 * of their templates.
 */
export async function pages(page, ...queue) {
  const found = new Map(), met = new Set();
  while (queue.length > 0 && found.size < 120) {
    const url = new URL(queue.shift(), base);
    url.searchParams.delete("lang");
    const name = template(url);
    if (met.has(name)) continue;
    met.add(name);
    const response = await page.context().request.get(url.href);
    if (!(response.headers()["content-type"] ?? "").startsWith("text/html")) continue; // a file to be saved
    if (response.status() !== 200) {
      page.complaints.push(`${response.status()} ${url.pathname}: a link leads there`);
      continue;
    }
    found.set(name, url.pathname + url.search);
    for (const href of linksIn(await response.text())) {
      const link = new URL(href, response.url());
      if (link.origin === base && !passOver.test(link.pathname) && !met.has(template(link))) queue.push(link.pathname + link.search);
    }
  }
  return [...found].map(([template, path]) => ({ template, path })).sort((a, b) => a.template.localeCompare(b.template));
}
