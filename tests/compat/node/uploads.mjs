// Uploads in parts by the official Node client, as its users write them.

import assert from "node:assert/strict";
import crypto from "node:crypto";

import { client, stored, test, toFile } from "./toolkit.mjs";

function begin(bytes) {
  return client().uploads.create({
    filename: "big.bin", purpose: "user_data", bytes, mime_type: "application/octet-stream",
  });
}

async function add(upload, text) {
  const data = await toFile(Buffer.from(text), "part");
  return client().uploads.parts.create(upload.id, { data });
}

test("parts at the same time are one file", async () => {
  const pieces = ["a", "b", "c"].map((letter) => letter.repeat(1_000_003));
  const content = pieces.join("");
  const upload = await begin(content.length);
  assert.equal(upload.status, "pending");
  const parts = await Promise.all(pieces.map((piece) => add(upload, piece)));
  const md5 = crypto.createHash("md5").update(content).digest("hex");
  const part_ids = parts.map((part) => part.id);
  const completed = await client().uploads.complete(upload.id, { part_ids, md5 });
  assert.equal(completed.status, "completed");
  await stored(completed.file, content, "big.bin");
  const again = await client().uploads.complete(upload.id, { part_ids });
  assert.equal(again.file.id, completed.file.id);
});

test("a cancelled upload takes no more parts", async () => {
  const upload = await begin(1);
  assert.equal((await client().uploads.cancel(upload.id)).status, "cancelled");
  await assert.rejects(() => add(upload, "x"), { status: 400, param: "id" });
});
