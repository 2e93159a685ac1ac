// What the cases for the official Node client share: the world, the client, what must hold.
//
// Works with every version of the client; WORLD comes from run.py.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { inspect } from "node:util";

export const WORLD = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));

// One of several versions, which are installed side by side under names of their own.
export const library = await import(WORLD.client);
export const { OpenAI, toFile } = library;

export const NON_ASCII = "\u4f60\u597d.txt";
export const PURPOSES = ["fine-tune", "assistants", "batch", "user_data", "vision", "evals"];
export const INTERNAL_PURPOSES = ["assistants_output", "batch_output", "fine-tune-results"];
export const DAY = 24 * 3600;
export const UNKNOWN_ID = "file-1111111111111111111111";
// The second example lacks what its assistant says.
export const WRONG =
  '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n' +
  '{"messages":[{"role":"user","content":"a"},{"role":"assistant"}]}\n';
export const WRONG_TEXT =
  "Expected 'messages[1].content' to hold something, but it is missing. (line 2)";
export const RECORD =
  '{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}\n';

const cases = [];

export function test(name, run) {
  cases.push({ name, run });
}

/** Runs every case in turn; the number of those that failed. */
export async function runAll() {
  let failed = 0;
  for (const { name, run } of cases) {
    try {
      await run();
      console.log(`ok   ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}\n${error?.stack ?? error}\n${error?.cause?.stack ?? ""}`);
    }
  }
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  return cases.length === 0 ? 1 : failed;
}

/** A client that never tries again by itself, so that no failure stays hidden. */
export function client({ server = "server", key = "key", prefix = "/v1", ...options } = {}) {
  const baseURL = WORLD[server] + prefix;
  return new OpenAI({ baseURL, apiKey: WORLD[key], maxRetries: 0, timeout: 120_000, ...options });
}

/** delete() was del() once. */
export function remove(id, using = client()) {
  return using.files.delete ? using.files.delete(id) : using.files.del(id);
}

export function ids(files) {
  return files.map((file) => file.id);
}

export async function all(list) {
  const files = [];
  for await (const file of list) files.push(file);
  return files;
}

export async function bytesOf(id, using = client()) {
  return Buffer.from(await (await using.files.content(id)).arrayBuffer());
}

/** A file on disk, to be sent. */
export function pathOf(name, content) {
  const place = path.join(WORLD.folder, name);
  fs.writeFileSync(place, content);
  return place;
}

export async function create(content = "content", name = "notes.txt", purpose = "user_data",
                             using = client()) {
  return using.files.create({ file: await toFile(Buffer.from(content), name), purpose });
}

/** The reply to a create, and what the server says and gives later. */
export async function stored(file, content, name) {
  const { object, bytes, filename, status } = file;
  assert.deepEqual({ object, bytes, filename, status },
                   { object: "file", bytes: content.length, filename: name, status: "processed" });
  assert.match(file.id, /^file-[1-9A-HJ-NP-Za-km-z]{22}$/);
  assert.ok(Math.abs(file.created_at - Date.now() / 1000) < 300, `created_at ${file.created_at}`);
  assert.deepEqual(await client().files.retrieve(file.id), file);
  assert.ok((await bytesOf(file.id)).equals(Buffer.from(content)), "the content is another one");
}

/**
 * `call` is refused with exactly the class `kind` and the reply's words in every place where the
 * client keeps them.
 */
export async function refused(call, kind, status, message,
                              { param = null, code = null, type = "invalid_request_error" } = {}) {
  let seen;
  try {
    await call();
  } catch (error) {
    seen = error;
  }
  assert.ok(seen, `expected ${kind}, but nothing was thrown`);
  assert.equal(seen.constructor.name, kind, inspect(seen, { depth: 4 }));
  assert.ok(seen instanceof OpenAI[kind], "it is not of the exported class");
  assert.equal(seen.status, status);
  assert.deepEqual(seen.error, { message, type, param, code });
  assert.deepEqual([seen.param, seen.code, seen.type], [param, code, type]);
  assert.equal(seen.message, `${status} ${message}`);
  assert.match(seen.requestID ?? seen.request_id, /^req_[0-9a-f]{32}$/);
  return seen;
}

export function invalid(call, message, param = null, code = null) {
  return refused(call, "BadRequestError", 400, message, { param, code });
}

export function missingFile(call, id) {
  return refused(call, "NotFoundError", 404, `No such File object: ${id}`, { param: "id" });
}

export function purposeText(purpose) {
  const known = "['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals']";
  return `'${purpose}' is not one of ${known} - 'purpose'`;
}

export function wrongKeyText(masked) {
  return `Incorrect API key provided: ${masked}. You can find your API key at ` +
    "https://platform.openai.com/account/api-keys.";
}
