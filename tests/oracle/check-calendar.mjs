// SPDX-License-Identifier: Apache-2.0
// check-calendar.mjs - every day from 2004-01-01 to 2026-12-31: the data files, the calendar built
// into the program (printed by cal_dump) and both packages where they know the day. Days on which
// the second package is known to be wrong stand in the data files as "differs"; a day that stands
// there and does not differ is an error too.
//
// Use: node check-calendar.mjs [path of cal_dump]
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FIRST, LAST, daysOf, firstSays, isWeekday, root, secondSays } from "./calendar-lib.mjs";

const build = process.env.XQ_BUILD ?? join(root, "build");
const dump = process.argv[2] ?? join(build, "tests/unit/calendar/cal_dump");
if (!existsSync(dump)) {
	console.log(`not built: ${dump}`);
	process.exit(process.argv[2] ? 1 : 77);
}

// "20260214 make-up"
const REST = { work: "work", "make-up": "work", weekend: "rest", holiday: "rest" };
const program = new Map();
for (const line of execFileSync(dump, { encoding: "utf8" }).trim().split("\n")) {
	const [day, kind] = line.split(" ");
	program.set(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`, REST[kind]);
}

let compared = 0;
let known = 0;
let differ = 0;

function complain(day, what) {
	console.log(`${day}: ${what}`);
	differ++;
}

for (let year = FIRST; year <= LAST; year++) {
	const file = JSON.parse(readFileSync(join(root, `data/calendar/${year}.json`), "utf8"));
	const special = new Map(file.days.map((d) => [d.day, d.off ? "rest" : "work"]));
	const differs = new Set(file.differs ?? []);

	for (const d of daysOf(year)) {
		const ours = special.get(d.day) ?? (isWeekday(d.weekday) ? "work" : "rest");
		const theirs = secondSays(d);
		compared++;
		if (program.get(d.day) !== ours)
			complain(d.day, `file ${ours}, program ${program.get(d.day)}`);
		if (firstSays(d) !== ours)
			complain(d.day, `file ${ours}, chinese-days ${firstSays(d)}`);
		if (theirs !== null && (theirs !== ours) !== differs.has(d.day))
			complain(d.day, `file ${ours}, chinese-workday ${theirs}, "differs" says otherwise`);
		known += differs.has(d.day);
	}
	if (file.checked !== null && differs.size > 0)
		complain(year, 'both "checked" and "differs"');
}
console.log(`${compared} days compared, ${differ} differ`
	+ ` (${known} where the second package is known to be wrong)`);
process.exit(differ > 0 ? 1 : 0);
