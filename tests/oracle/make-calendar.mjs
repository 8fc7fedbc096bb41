// SPDX-License-Identifier: Apache-2.0
// make-calendar.mjs - writes data/calendar/<year>.json from the package chinese-days.
//
// "checked" names the second package where it says the same for every day of the year; where it
// says otherwise, "differs" lists the days (docs/decisions/0010-calendar-sources.md). "notice"
// stays null: neither package carries the number of a notice in a form that could be checked.
//
// Use: node make-calendar.mjs [folder]
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
	FIRST, LAST, SECOND_FROM, daysOf, facts, firstSays, root, secondSays, version,
} from "./calendar-lib.mjs";

const folder = process.argv[2] ?? join(root, "data/calendar");

// "Spring Festival,春节,4": English name, name, number of days by law
const nameOf = (fact) => fact.split(",")[1];

function specialsOf(year) {
	const specials = [];
	for (const { day } of daysOf(year)) {
		if (facts.holidays[day])
			specials.push({ day, name: nameOf(facts.holidays[day]), off: true });
		else if (facts.workdays[day])
			specials.push({ day, name: nameOf(facts.workdays[day]), off: false });
	}
	return specials;
}

function differencesOf(year) {
	if (year < SECOND_FROM)
		return [];
	return [...daysOf(year)].filter((d) => firstSays(d) !== secondSays(d)).map((d) => d.day);
}

// One special day a line, so that a changed notice shows as changed lines.
function write(year) {
	const days = specialsOf(year);
	const differs = differencesOf(year);
	const isChecked = year >= SECOND_FROM && differs.length === 0;
	const head = {
		year,
		source: version("chinese-days"),
		checked: isChecked ? version("chinese-workday") : null,
		...(differs.length > 0 ? { differs } : {}),
		notice: null,
	};
	const lines = [
		"{",
		...Object.entries(head).map(([key, value]) => `  "${key}": ${JSON.stringify(value)},`),
		'  "days": [',
		days.map((d) => `    ${JSON.stringify(d)}`).join(",\n"),
		"  ]",
		"}",
	];
	writeFileSync(join(folder, `${year}.json`), lines.join("\n") + "\n");
	console.log(`${year}: ${days.length} special days, ${isChecked ? "checked" : "not checked"}`
		+ (differs.length > 0 ? `, ${differs.length} days differ` : ""));
}

mkdirSync(folder, { recursive: true });
for (let year = FIRST; year <= LAST; year++)
	write(year);
