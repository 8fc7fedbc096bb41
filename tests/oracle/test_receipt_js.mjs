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

// ---- a log of a few entries, to ask what happened since --------------------------------------------------

const say = require(join(root, "assets/js/receipt-say.js"));
const origin = "example.cn/log/lc", utf8 = new TextEncoder();
const signer = r.nacl.sign.keyPair.fromSeed(new Uint8Array(32).fill(7));
const b64 = (bytes) => Buffer.from(bytes).toString("base64");
const sum = (...parts) => r.sha256(parts);

function keyOf(pair) {
	const raw = Buffer.concat([Buffer.from([1]), pair.publicKey]);
	const id = Buffer.from(sum(utf8.encode(origin), [10], raw).subarray(0, 4));
	return { id, text: `${origin}+${id.toString("hex")}+${raw.toString("base64")}` };
}

// As RFC 6962 writes it down, without any of the tricks of the code under test.
const split = (n) => { let k = 1; while (k * 2 < n) k *= 2; return k; };
const rootOf = (leaves) => (leaves.length === 1 ? leaves[0]
	: sum([1], rootOf(leaves.slice(0, split(leaves.length))), rootOf(leaves.slice(split(leaves.length)))));
function path(m, leaves) {
	if (leaves.length === 1) return [];
	const k = split(leaves.length);
	return m < k ? [...path(m, leaves.slice(0, k)), rootOf(leaves.slice(k))]
		: [...path(m - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
}
function grown(m, leaves, whole) {
	if (m === leaves.length) return whole ? [] : [rootOf(leaves)];
	const k = split(leaves.length);
	return m <= k ? [...grown(m, leaves.slice(0, k), whole), rootOf(leaves.slice(k))]
		: [...grown(m - k, leaves.slice(k), false), rootOf(leaves.slice(0, k))];
}

const tables = JSON.parse(readFileSync(join(root, "tests/unit/record/sentences.json"), "utf8")).tables;
const canonical = (v) => (Array.isArray(v) ? `[${v.map(canonical).join(",")}]`
	: v && typeof v === "object" ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join(",")}}`
		: JSON.stringify(v));
const doc = canonical(tables.zh), docHash = r.hex(sum(utf8.encode(doc)));
const ref = "c-mfzxgidtmvrxezlu", due = "2026-11-10T17:30:00+08:00";

function entries(outcome = "explained") {
	const list = [];
	const add = (k, pub, more = {}) => list.push(canonical({ at: `2026-11-03T09:30:${10 + list.length}+08:00`, k, log: "lc", pub,
		role: "clerk", seq: list.length, v: 1, ...more }));
	add("log.opened", { origin });
	add("config.set", { doc: docHash, what: "receipts" });
	add("concern.raised", { class: "facility", due, lane: "everyday", via: "web" }, { ref, unit: "u07" });
	add("concern.raised", { class: "other", due, lane: "everyday", via: "web" }, { ref: "c-aaaaaaaaaaaaaaaa" });
	add("concern.replied", { answer: "done", outcome }, { ref, prev: 2 });
	add("concern.closed", { outcome }, { ref, prev: 4 });
	add("log.tick", {});
	return list;
}
const leavesOf = (list) => list.map((e) => r.leafOf(e));
function checkpoint(list, size, ...pairs) {
	const body = `${origin}\n${size}\n${b64(rootOf(leavesOf(list.slice(0, size))))}\n`;
	const line = (pair) => `\u2014 ${origin} ${b64(Buffer.concat([keyOf(pair).id, r.nacl.sign.detached(utf8.encode(body), pair.secretKey)]))}\n`;
	return `${body}\n${(pairs.length ? pairs : [signer]).map(line).join("")}`;
}
const entry = (list, seq, size) => ({ event: list[seq], hashes: path(seq, leavesOf(list.slice(0, size))).map(b64) });

function receipt(list, size, later) {
	const extra = canonical({ event: list[2], open: {}, sentences: docHash });
	return { code: "R", vkey: keyOf(signer).text,
		proof: ["c2sp.org/tlog-proof@v1", `extra ${b64(Buffer.from(extra))}`, "index 2",
			...path(2, leavesOf(list.slice(0, size))).map(b64), "", checkpoint(list, size)].join("\n"),
		beside: { doc, later: later.map((seq) => entry(list, seq, size)), table: entry(list, 1, size) } };
}
const server = (list, size, change = {}) => async (path_) => {
	if (path_ in change || path_.split("?")[0] in change) return change[path_] ?? change[path_.split("?")[0]];
	if (path_ === "/checkpoint") return checkpoint(list, size);
	if (path_.startsWith("/proof/consistency"))
		return JSON.stringify({ hashes: grown(Number(/from=(\d+)/.exec(path_)[1]), leavesOf(list.slice(0, size)), true).map(b64) });
	if (path_.startsWith("/receipt/R/later"))
		return JSON.stringify({ later: [4, 5].filter((seq) => seq < size).map((seq) => entry(list, seq, size)) });
	throw new Error("404");
};
const marks = (out) => out.steps.map((s) => s.state).join(" ");

await test("what_followed_is_asked_and_said", async () => {
	const list = entries(), out = await r.check(receipt(list, 4, []), server(list, 7), say);
	expect(out.ok && marks(out) === "ok ok ok none ok ok ok", marks(out));
	expect(out.sentence === say(tables.zh, [2, 4, 5].map((i) => JSON.parse(list[i]))).sentence, out.sentence);
	expect(out.size === 7 && out.counted.split("\u3001").length === 2, out.counted);
});

await test("nobody_to_ask_is_no_proof_of_anything", async () => {
	const list = entries(), other = r.nacl.sign.keyPair.fromSeed(new Uint8Array(32).fill(8));
	for (const ask of [offline, server(list, 7, { "/checkpoint": "<html>log in to this network</html>" }),
		server(list, 7, { "/checkpoint": checkpoint(list, 7, other) }), server(list, 7, { "/proof/consistency": "no" })]) {
		const out = await r.check(receipt(list, 5, [4]), ask, say);
		expect(out.ok && marks(out) === "ok ok ok none ok skip skip", marks(out));
		expect(out.sentence === say(tables.zh, [2, 4].map((i) => JSON.parse(list[i]))).sentence, out.sentence);
	}
	const out = await r.check(receipt(list, 5, [4]), server(list, 7, { "/receipt/R/later": "no" }), say);
	expect(out.ok && marks(out) === "ok ok ok none ok ok skip", marks(out));
});

await test("another_history_is_found", async () => {
	const list = entries(), fork = entries("solved");
	const wrong = checkpoint(list, 7).replace(/.{8}\n$/, "AAAAAAA=\n");
	for (const [what, data, ask, step] of [
		["a fork", receipt(list, 5, [4]), server(fork, 7), 6],
		["a fork of one size", receipt(list, 5, [4]), server(fork, 5), 6],
		["an older state", receipt(list, 7, [4, 5]), server(list, 5), 6],
		["a bad signature", receipt(list, 5, [4]), server(list, 7, { "/checkpoint": wrong }), 6],
		["less than before", receipt(list, 6, [4, 5]), server(list, 7, { "/receipt/R/later": JSON.stringify({ later: [entry(list, 4, 7)] }) }), 7],
		["one left out", receipt(list, 4, []), server(list, 7, { "/receipt/R/later": JSON.stringify({ later: [entry(list, 5, 7)] }) }), 7],
		["one of somebody else", receipt(list, 4, []), server(list, 7, { "/receipt/R/later": JSON.stringify({ later: [entry(list, 3, 7)] }) }), 7],
		["one of another tree", receipt(list, 4, []), server(list, 7, { "/receipt/R/later": JSON.stringify({ later: [entry(fork, 4, 7)] }) }), 7],
		["another table", { ...receipt(list, 5, [4]), beside: { ...receipt(list, 5, [4]).beside, table: entry(list, 0, 5) } }, offline, 5],
	]) {
		const out = await r.check(data, ask, say);
		expect(!out.ok && out.steps.findIndex((s) => s.state === "bad") + 1 === step, `${what}: ${marks(out)}`);
		expect(out.sentence === "", `${what}: nothing is said`);
	}
});

// ---- the office changes its keys ---------------------------------------------------------------------------

const [second, third, stranger] = [8, 9, 10].map((n) => r.nacl.sign.keyPair.fromSeed(new Uint8Array(32).fill(n)));

// A key holds from the first tree on that has the entry which names it.
function changed(...changes) {
	const list = entries();
	for (const [k, pair] of changes) {
		const seq = list.length;
		list.push(canonical({ at: "2026-12-03T09:30:10+08:00", k, log: "lc", pub: { from: seq + 1, vkey: keyOf(pair).text,
			...(k === "key.retired" ? { why: "rotation" } : {}) }, role: "officer", seq, v: 1 }));
	}
	return list;
}
const step = (list, from, size, pairs, keys) => ({ note: checkpoint(list, size, ...pairs),
	hashes: grown(from, leavesOf(list.slice(0, size)), true).map(b64), keys: keys.map((seq) => entry(list, seq, size)) });
const known = (list, size, keys) => ({ keys: keys.map((seq) => entry(list, seq, size)) });
const way = (list, size, newest, steps) => server(list, size, { "/checkpoint": checkpoint(list, size, ...newest), "/keys": JSON.stringify({ steps }) });

await test("a_receipt_outlives_two_changes_of_keys", async () => {
	const list = changed(["key.added", second], ["key.retired", signer], ["key.added", third], ["key.retired", second], ["key.added", signer]);
	const steps = [step(list, 4, 8, [signer, second], [7]), step(list, 8, 10, [second, third], [8, 9]), step(list, 10, 11, [third], [10])];
	for (const [data, ask] of [[receipt(list, 4, []), way(list, 11, [third], steps)],
		[receipt(list, 4, []), way(list, 12, [third], steps)]]) {
		const out = await r.check(data, ask, say);
		expect(out.ok && marks(out) === "ok ok ok none ok ok ok", marks(out));
	}
	// a receipt from the days of both: the new key is named below its own checkpoint
	const both_ = { ...receipt(list, 8, [4, 5]) };
	const out = await r.check(both_, way(list, 9, [second], [known(list, 8, [7])]), say);
	expect(out.ok && marks(out) === "ok ok ok none ok ok ok", marks(out));
});

await test("a_way_to_another_key_that_no_known_key_shows", async () => {
	const list = changed(["key.added", second], ["key.retired", signer]), fork = changed(["key.added", stranger]);
	const out = await r.check(receipt(list, 4, []), way(list, 9, [second], []), say);
	expect(out.ok && marks(out) === "ok ok ok none ok skip skip", "no steps: " + marks(out));
	for (const [what, ask] of [
		["a step that only the new key signs", way(list, 9, [second], [step(list, 4, 8, [second], [7])])],
		["a key under another tree", way(fork, 8, [stranger], [step(fork, 4, 8, [stranger], [7])])],
		["an entry that is not in the step's tree", way(list, 9, [second], [{ ...step(list, 4, 8, [signer], []), keys: [entry(fork, 7, 8)] }])],
		["an entry of another kind", way(list, 9, [second], [step(list, 4, 8, [signer], [4, 7])])],
		["no consistency", way(list, 9, [second], [{ ...step(list, 4, 8, [signer], [7]), hashes: [] }])],
		["a step beyond the newest", way(list, 8, [second], [step(list, 4, 9, [signer], [7])])],
		["a step that is a number", way(list, 9, [second], [7])],
		["a retired key in a step", way(list, 9, [second], [step(list, 4, 8, [signer], [7]), step(list, 8, 9, [second], [8]), step(list, 9, 9, [signer], [])])],
	]) {
		const bad = await r.check(receipt(list, 4, []), ask, say);
		expect(!bad.ok && bad.steps.findIndex((s) => s.state === "bad") === 5, `${what}: ${marks(bad)}`);
	}
	// signed by a key that the way shows to be retired, and by nobody else
	const more = changed(["key.added", second], ["key.retired", signer], ["key.added", third], ["key.retired", second], ["key.added", stranger]);
	const late = await r.check(receipt(more, 4, []), way(more, 12, [second],
		[step(more, 4, 8, [signer, second], [7]), step(more, 8, 10, [second, third], [8, 9]), step(more, 10, 11, [third], [10])]), say);
	expect(late.ok && marks(late) === "ok ok ok none ok skip skip", "a retired key: " + marks(late));
});
process.exit(failed ? 1 : 0);
