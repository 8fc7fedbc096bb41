// SPDX-License-Identifier: Apache-2.0
// The check that runs in residents' browsers against the vectors of the public record, with and without the
// browser's own Ed25519.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const shared = process.env.XQ_SHARED ?? join(root, "../shared");
const build = process.env.XQ_BUILD ?? join(root, "build");
if (!existsSync(join(shared, "vectors/proofs.json"))) {
	console.log("SKIP receipt_js: the shared vectors are not here");
	process.exit(0);
}
const require = createRequire(import.meta.url);
const read = (name) => JSON.parse(readFileSync(join(shared, "vectors", name), "utf8"));
const r = require(join(root, "assets/js/receipt-check.js"));
r.nacl = require(join(build, "src/nacl.js"));

let failed = 0;
async function test(name, fn) {
	let why = "";
	try {
		await fn();
	} catch (e) {
		why = e.stack;
		failed++;
	}
	console.log(why ? `FAIL ${name}\n${why}` : `PASS ${name}`);
}
function expect(cond, what) {
	if (!cond) throw new Error(what);
}
async function refuses(fn, what) {
	try {
		await fn();
	} catch (e) {
		expect(e.isBad, `${what}: refused by ${e.stack}`);
		return;
	}
	throw new Error(`${what}: went through`);
}
const both = async (v, fn) => {
	for (const t of v.valid) await fn(t);
	for (const t of v.invalid) await refuses(() => fn(t), t.why);
};
function mustBe(cond, why) {
	if (!cond) throw Object.assign(new Error(why), { isBad: true });
}

await test("sha256_is_that_of_node", () => {
	for (const n of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 8192]) {
		const bytes = new Uint8Array(n).map((_, i) => (i * 37 + n) & 255);
		expect(r.hex(r.sha256([bytes])) === createHash("sha256").update(bytes).digest("hex"), `length ${n}`);
	}
});

await test("canonical_text_is_told_from_other_text", async () => {
	const v = read("canonical.json"), utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
	for (const t of v.valid) r.canonical(t.canonical);
	for (const t of v.rejected) {
		let text;
		try {
			text = utf8.decode(Buffer.from(t.bytes_b64, "base64"));
		} catch {
			continue; // no text at all: base64 of it is refused before
		}
		await refuses(() => r.canonical(text), t.why);
	}
});

await test("inclusion_vectors", () => both(read("inclusion.json"), (t) =>
	mustBe(r.equal(r.rootFrom(r.unb64(t.leaf), t.seq, t.size, t.proof.map(r.unb64)), r.unb64(t.root)), "root")));

await test("consistency_vectors", () => both(read("consistency.json"), (t) =>
	r.extend(t.from, r.unb64(t.from_root), t.to, r.unb64(t.to_root), t.proof.map(r.unb64))));

await test("openings_of_commitments", () => both(read("commitments.json"), (t) =>
	r.openings({ body: { salt: t.salt, text: t.text } }, { com: { body: t.commitment } })));

const notes = read("notes.json");
const own = globalThis.crypto;
for (const how of ["browser", "bundled"]) {
	if (how === "bundled") Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
	await test(`checkpoints_by_${how}_signature`, async () => {
		const keys = [notes.vkey, notes.second_vkey].map(r.vkey);
		for (const t of notes.checkpoints) {
			const n = await r.signed(t.note, keys);
			expect(n.origin === t.origin && n.size === t.size && r.equal(n.root, r.unb64(t.root)), t.why);
		}
		for (const t of notes.rejected)
			if (t.note) await refuses(async () => mustBe((await r.signed(t.note, [keys[0]])).origin === keys[0].name, "origin"), t.why);
		for (const t of notes.bad_vkeys) await refuses(() => r.vkey(t.vkey ?? t), t.why ?? t);
	});
	await test(`proofs_by_${how}_signature`, () => both(read("proofs.json"), async (t) => {
		const p = r.proof(t.proof), cp = await r.signed(p.note, [r.vkey(notes.vkey)]);
		mustBe(r.equal(r.rootFrom(r.leafOf(t.entry), p.index, cp.size, p.hashes), cp.root), "root");
	}));
	if (how === "bundled") Object.defineProperty(globalThis, "crypto", { value: own, configurable: true });
}

// ---- receipts of the small log ------------------------------------------------------------------------

const log = read("minilog.json");
const file = (path) => Buffer.from(log.files[path], "base64").toString("utf8");
const offline = () => Promise.reject(new Error("no network"));

// Their table of sentences is a dummy: the first four steps are what they can be asked for.
async function four(proof) {
	const out = await r.check({ proof, vkey: log.vkey, beside: {}, code: "X" }, offline, null);
	return out.steps.findIndex((s) => s.state === "bad") + 1;
}

await test("receipts_of_the_small_log", async () => {
	for (const path of Object.keys(log.files).filter((p) => p.startsWith("receipts/")))
		expect((await four(file(path))) === 5, path);
});

// Every byte of the proof changed: nothing goes through the first four steps.
await test("one_character_changed_is_refused", async () => {
	const text = file("receipts/13.tlog-proof");
	let tried = 0;
	for (let i = 0; i < text.length; i += 1) {
		const other = text[i] === "A" ? "B" : "A";
		const step = await four(text.slice(0, i) + other + text.slice(i + 1));
		// the hash of the table of sentences is looked at by the fifth
		expect(step >= 1 && step <= 5, `byte ${i}: ${step}`);
		if (step === 5) {
			const p = r.proof(text.slice(0, i) + other + text.slice(i + 1));
			expect(!/"sentences":"0{64}"/.test(p.extra), `byte ${i} went through`);
		}
		tried++;
	}
	expect(tried === text.length && tried > 1000, `${tried} tries`);
});
process.exit(failed ? 1 : 0);
