// SPDX-License-Identifier: Apache-2.0
// The sentences of receipts as browsers build them, against the same table of cases as the program's own
// (tests/unit/record/test_sentence.c). With --write FOLDER the tables in FOLDER (sentences.*.got) become those
// of the file, and what this side says becomes what the other side has to say: read the difference.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const say = createRequire(import.meta.url)(join(root, "assets/js/receipt-say.js"));
const path = join(root, "tests/unit/record/sentences.json");
const all = JSON.parse(readFileSync(path, "utf8"));
const write = process.argv[2] === "--write" ? process.argv[3] : null;
const ascii = (v) =>
	JSON.stringify(v, null, 1).replace(/[\u0080-\uffff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));

let failed = 0;
for (const lang of ["zh", "en"]) {
	const got = write && join(write, `sentences.${lang}.got`);
	if (got && existsSync(got)) all.tables[lang] = JSON.parse(readFileSync(got, "utf8"));
	for (const c of all.cases) {
		const s = say(all.tables[lang], c.events);
		const [text, counted] = c[lang] ?? ["", ""];
		if (write) {
			c[lang] = [s.sentence, s.counted];
			console.log(`${c.name}: ${s.sentence} | ${s.counted}`);
		} else if (s.sentence !== text || s.counted !== counted) {
			failed++;
			console.log(`FAIL ${c.name} ${lang}: ${s.sentence} | ${s.counted}`);
		} else {
			console.log(`PASS ${c.name} ${lang}`);
		}
	}
}
if (write) writeFileSync(path, ascii(all) + "\n");
process.exit(failed ? 1 : 0);
