// Every operation of the official Node client on files, as its users write it.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import {
  DAY, INTERNAL_PURPOSES, NON_ASCII, PURPOSES, RECORD, WORLD, WRONG, WRONG_TEXT, all, bytesOf,
  client, create, ids,
  invalid, missingFile, pathOf, purposeText, remove, stored, test, toFile,
} from "./toolkit.mjs";

/** The body of a reply as a stream of Node; older versions have one already. */
function streamOf(reply) {
  return reply.body.getReader ? Readable.fromWeb(reply.body) : reply.body;
}

/** How many replies the lossy proxy has lost so far. */
async function lost() {
  return Number(await (await fetch(`${WORLD.lossy_server}/lost`)).text());
}

// --- Create ----------------------------------------------------------------------------------

test("an organization starts with no file", async () => {
  const page = await client().files.list();
  assert.deepEqual(page.data, []);
  assert.deepEqual(await all(client().files.list()), []);
});

test("create from a read stream", async () => {
  const content = "by stream ".repeat(20_000);
  const file = fs.createReadStream(pathOf("stream.txt", content));
  await stored(await client().files.create({ file, purpose: "user_data" }), content, "stream.txt");
});

test("create from a read stream, the purpose named first", async () => {
  const file = fs.createReadStream(pathOf("first.txt", "purpose first"));
  await stored(await client().files.create({ purpose: "user_data", file }), "purpose first",
               "first.txt");
});

test("create from a Buffer", async () => {
  const file = await toFile(Buffer.from([0, 13, 10, 45, 45, 255]), "buffer.bin");
  const made = await client().files.create({ file, purpose: "user_data" });
  await stored(made, Buffer.from([0, 13, 10, 45, 45, 255]), "buffer.bin");
});

test("create from a File", async () => {
  const file = new File(["by ", "File"], "file.md", { type: "text/markdown" });
  await stored(await client().files.create({ file, purpose: "user_data" }), "by File", "file.md");
});

test("create from a Blob and a stream through toFile", async () => {
  const blob = await toFile(new Blob(["by Blob"]), "blob.txt", { type: "text/plain" });
  await stored(await client().files.create({ file: blob, purpose: "user_data" }), "by Blob",
               "blob.txt");
  const stream = await toFile(Readable.from([Buffer.from("in "), Buffer.from("pieces")]), "s.txt");
  await stored(await client().files.create({ file: stream, purpose: "user_data" }), "in pieces",
               "s.txt");
});

test("create a file of no bytes", async () => {
  await stored(await create("", "empty.txt"), "", "empty.txt");
});

test("every byte comes back, line ends and boundaries too", async () => {
  const every = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
  const content = Buffer.concat([...Array(40).fill(every), Buffer.from("\r\n--x--\r\n\r\n--")]);
  const file = fs.createReadStream(pathOf("bytes.bin", content));
  await stored(await client().files.create({ file, purpose: "user_data" }), content, "bytes.bin");
});

test("a name outside ASCII comes back", async () => {
  const stream = fs.createReadStream(pathOf(NON_ASCII, "hello"));
  for (const file of [await create("hello", NON_ASCII),
                      await client().files.create({ file: stream, purpose: "user_data" })]) {
    await stored(file, "hello", NON_ASCII);
    const listed = (await all(client().files.list())).find((other) => other.id === file.id);
    assert.equal(listed?.filename, NON_ASCII);
    const disposition = (await client().files.content(file.id)).headers.get("content-disposition");
    assert.ok(disposition.includes("filename*=UTF-8''%E4%BD%A0%E5%A5%BD.txt"), disposition);
  }
});

test("a name with quotes and spaces comes back", async () => {
  const name = 'say "hi"; a=b, 100%.txt';
  await stored(await create("hello", name), "hello", name);
});

test("create for every purpose", async () => {
  for (const purpose of PURPOSES) {
    const file = await create(RECORD, "records.json", purpose);
    assert.equal(file.purpose, purpose);
    assert.equal((await client().files.retrieve(file.id)).purpose, purpose);
  }
});

test("create for the purposes of results, with a key that may", async () => {
  for (const purpose of INTERNAL_PURPOSES) {
    const runner = client({ key: "internal_key" });
    const file = await create(RECORD, "results.jsonl", purpose, runner);
    assert.equal((await client().files.retrieve(file.id)).purpose, purpose);
    await invalid(() => create(RECORD, "results.jsonl", purpose), purposeText(purpose), "purpose");
  }
});

test("expires_after", async () => {
  const file = await client().files.create({
    file: await toFile(Buffer.from("soon"), "soon.txt"),
    purpose: "user_data",
    expires_after: { anchor: "created_at", seconds: 3600 },
  });
  assert.equal(file.expires_at - file.created_at, 3600);
  assert.equal((await client().files.retrieve(file.id)).expires_at, file.expires_at);
});

test("only batch files expire by default", async () => {
  const batch = await create(RECORD, "batch.jsonl", "batch");
  assert.equal(batch.expires_at - batch.created_at, 30 * DAY);
  assert.ok(!("expires_at" in await create()));
});

test("a file has no keys beyond the published ones", async () => {
  assert.deepEqual(Object.keys(await create()).sort(),
                   ["bytes", "created_at", "filename", "id", "object", "purpose", "status"]);
});

test("a successful reply has a request id", async () => {
  assert.match((await create())._request_id, /^req_[0-9a-f]{32}$/);
});

// --- List ------------------------------------------------------------------------------------

const stock = () => client({ key: "library_key" }).files;

test("list everything in pages of 100, newest first", async () => {
  const first = await stock().list({ limit: 100 });
  assert.equal(first.data.length, 100);
  const files = await all(stock().list({ limit: 100 }));
  assert.deepEqual(ids(files), WORLD.library);
  const times = files.map((file) => file.created_at);
  assert.deepEqual(times, [...times].sort((one, other) => other - one));
});

test("list everything in pages of 100, oldest first", async () => {
  const files = await all(stock().list({ limit: 100, order: "asc" }));
  assert.deepEqual(ids(files), [...WORLD.library].reverse());
});

test("list one purpose in pages of 100", async () => {
  const files = await all(stock().list({ limit: 100, purpose: "vision" }));
  assert.deepEqual(ids(files), WORLD.library_vision);
  assert.ok(files.every((file) => file.purpose === "vision"));
});

test("list page by page", async () => {
  const page = await stock().list({ limit: 1000, after: WORLD.library[99] });
  assert.deepEqual(ids(page.data), WORLD.library.slice(100, 1100));
  assert.ok(page.hasNextPage());
  const next = await page.getNextPage();
  assert.deepEqual(ids(next.data), WORLD.library.slice(1100, 2100));
  const last = await stock().list({ limit: 1000, after: WORLD.library.at(-2) });
  assert.deepEqual(ids(last.data), WORLD.library.slice(-1));
  assert.equal(last.has_more, false);
});

test("a page goes on after a file that was deleted", async () => {
  const made = [];
  for (let number = 0; number < 5; ++number) {
    made.unshift((await create("page", `${number}.txt`, "evals")).id);
  }
  const page = await client().files.list({ limit: 2, purpose: "evals" });
  assert.deepEqual(ids(page.data), made.slice(0, 2));
  await remove(made[1]);
  assert.deepEqual(ids((await page.getNextPage()).data), made.slice(2, 4));
});

test("list without a limit gives everything at once", async () => {
  assert.deepEqual(ids((await stock().list()).data), WORLD.library);
});

test("list a purpose that does not exist", async () => {
  assert.deepEqual(await all(stock().list({ purpose: "world_domination" })), []);
});

// --- Content ---------------------------------------------------------------------------------

test("content as text and as bytes", async () => {
  const text = "one\n\u4f60\u597d\n";
  const { id } = await create(text);
  const reply = await client().files.content(id);
  assert.equal(reply.headers.get("content-type"), "application/octet-stream");
  assert.equal(await reply.text(), text);
  assert.ok((await bytesOf(id)).equals(Buffer.from(text)));
});

test("content streamed to a file", async () => {
  const content = crypto.randomBytes(300_000);
  const reply = await client().files.content((await create(content)).id);
  const place = path.join(WORLD.folder, "streamed");
  await pipeline(streamOf(reply), fs.createWriteStream(place));
  assert.ok(fs.readFileSync(place).equals(content));
});

test("a part of the content", async () => {
  const { id } = await create("0123456789");
  const reply = await client().files.content(id, { headers: { Range: "bytes=2-4" } });
  assert.equal(reply.status, 206);
  assert.equal(await reply.text(), "234");
});

test("64 MiB up and down", async () => {
  const file = await client().files.create({
    file: fs.createReadStream(WORLD.big_path),
    purpose: "user_data",
  });
  assert.equal(file.bytes, fs.statSync(WORLD.big_path).size);
  const total = crypto.createHash("sha256");
  await pipeline(streamOf(await client().files.content(file.id)), total);
  assert.equal(total.digest("hex"), WORLD.big_sha256);
  await remove(file.id);
});

// --- Delete and wait -------------------------------------------------------------------------

test("delete, and delete again", async () => {
  const { id } = await create();
  assert.deepEqual({ ...(await remove(id)) }, { object: "file", deleted: true, id });
  await missingFile(() => remove(id), id);
  await missingFile(() => client().files.retrieve(id), id);
  await missingFile(() => client().files.content(id), id);
  assert.ok(!ids(await all(client().files.list())).includes(id), "it is still listed");
});

test("waitForProcessing returns at once", async () => {
  const file = await create();
  const begin = performance.now();
  assert.deepEqual(await client().files.waitForProcessing(file.id, { maxWait: 20_000 }), file);
  assert.ok(performance.now() - begin < 4000, "it polled");
});

test("waitForProcessing waits until the text of a document was taken out", async () => {
  const file = await create("<p>Hello, world.", "page.html", "assistants");
  assert.equal(file.status, "uploaded");
  const options = { pollInterval: 50, maxWait: 20_000 };
  assert.equal((await client().files.waitForProcessing(file.id, options)).status, "processed");
});

test("waitForProcessing returns what is wrong with a file", async () => {
  const { id } = await create(WRONG, "train.jsonl", "fine-tune");
  const file = await client().files.waitForProcessing(id, { maxWait: 20_000 });
  assert.equal(file.status, "error");
  assert.equal(file.status_details, WRONG_TEXT);
});

// --- Lost replies ----------------------------------------------------------------------------

// Version 4 makes its body a stream once, and sends every further try without one.
const canSendAgain = !WORLD.version.startsWith("4.");

if (canSendAgain) test("a thousand lost replies leave a thousand files", async () => {
  // All of them alike, so that every reply could be taken for another one's.
  const before = (await all(client().files.list())).length;
  const lostBefore = await lost();
  const lossy = client({ server: "lossy_server", maxRetries: 5 });
  const made = [];
  let next = 0;
  const uploadSome = async () => {
    while (next < 1000) {
      const name = `${next++ % 10}.txt`;
      made.push((await create("the same", name, "user_data", lossy)).id);
    }
  };
  await Promise.all(Array.from({ length: 100 }, uploadSome));
  assert.equal((await lost()) - lostBefore, 1000);
  assert.equal(new Set(made).size, 1000);
  assert.equal((await all(client().files.list())).length - before, 1000);
  const again = await create("the same", "0.txt");
  assert.ok(!made.includes(again.id), "the same bytes on purpose are a file of their own");
  for (const id of [...made, again.id]) await remove(id);
});

// --- Addresses and tenants -------------------------------------------------------------------

test("the address without /v1 serves the same", async () => {
  const bare = client({ prefix: "" });
  const file = await create("bare", "bare.txt", "user_data", bare);
  assert.deepEqual(await bare.files.retrieve(file.id), await client().files.retrieve(file.id));
  assert.equal(String(await bytesOf(file.id, bare)), "bare");
  assert.ok(ids(await all(bare.files.list())).includes(file.id), "it is not listed");
  assert.equal((await remove(file.id, bare)).deleted, true);
});

test("another organization's file is one that does not exist", async () => {
  const theirs = WORLD.library[0];
  await missingFile(() => client().files.retrieve(theirs), theirs);
  await missingFile(() => client().files.content(theirs), theirs);
  await missingFile(() => remove(theirs), theirs);
});
