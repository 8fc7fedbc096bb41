// SPDX-License-Identifier: Apache-2.0
// calendar-lib.mjs - what the two packages say about a day; shared by make- and check-calendar.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const FIRST = 2004;
export const LAST = 2026;
export const SECOND_FROM = 2011; // chinese-workday knows the years from here on

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "../..");
const require = createRequire(import.meta.url);

async function load() {
	try {
		return {
			facts: require("chinese-days/dist/chinese-days.json"),
			second: await import("chinese-workday"),
		};
	} catch (why) {
		console.log(`the packages of tests/package.json are not installed: ${why.code}`);
		process.exit(77);
	}
}

export const { facts, second } = await load();

export function version(name) {
	let folder = dirname(require.resolve(name));
	while (!existsSync(join(folder, "package.json")))
		folder = dirname(folder);
	return `npm ${name} ${JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version}`;
}

export function* daysOf(year) {
	const at = new Date(Date.UTC(year, 0, 1));
	for (; at.getUTCFullYear() === year; at.setUTCDate(at.getUTCDate() + 1))
		yield { day: at.toISOString().slice(0, 10), weekday: at.getUTCDay() };
}

export const isWeekday = (weekday) => weekday >= 1 && weekday <= 5;

export function firstSays({ day, weekday }) {
	if (facts.holidays[day])
		return "rest";
	return facts.workdays[day] || isWeekday(weekday) ? "work" : "rest";
}

export function secondSays({ day }) {
	if (day < `${SECOND_FROM}`)
		return null;
	return second.isWorkday(day) ? "work" : "rest";
}
