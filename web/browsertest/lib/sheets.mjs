// Spreadsheets as people make, correct and read them: done by the test's own
// program, with a library that the browser does not have.
import { spawnSync } from "node:child_process";

function ask(request) {
  const done = spawnSync(process.env.BOLIGKLAR_TEST_SHEETS, [], {
    input: JSON.stringify(request), env: { ...process.env, BOLIGKLAR_TEST_DO_SHEETS: "yes" }, encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(`${request.file}: ${done.stderr || done.error}`);
  return JSON.parse(done.stdout);
}

/** Makes a workbook of sheets: [[name, rows], ...]. */
export const makeWorkbook = (file, sheets) => ask({ file, make: Object.fromEntries(sheets), sheets: sheets.map(([name]) => name) });

/** Writes into cells of a workbook: {"Sheet!B2": "value"}. */
export const correctWorkbook = (file, cells) => ask({ file, cells });

/** Returns what a workbook holds: {rows: {sheet: [[...]]}, notes: {sheet: ["B2: ..."]}}. */
export const readWorkbook = (file) => ask({ file });
