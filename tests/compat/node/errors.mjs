// Every error of the server, as the official Node client throws it.

import assert from "node:assert/strict";
import fs from "node:fs";

import {
  OpenAI, UNKNOWN_ID, WORLD, WRONG, WRONG_TEXT, all, bytesOf, client, create, invalid,
  missingFile, purposeText,
  refused, remove, test, toFile, wrongKeyText,
} from "./toolkit.mjs";

test("400: an unknown purpose, an empty one, none", async () => {
  for (const purpose of ["world_domination", ""]) {
    await invalid(() => create("x", "x.txt", purpose), purposeText(purpose), "purpose");
  }
  const file = await toFile(Buffer.from("x"), "x.txt");
  await invalid(() => client().files.create({ file }), "'purpose' is a required property");
});

test("400: no file", async () => {
  await invalid(() => client().files.create({ purpose: "user_data" }),
                "'file' is a required property");
});

test("400: files that are not what their purpose asks for", async () => {
  for (const content of ["prose", "", "{malformed json"]) {
    await invalid(() => create(content, "notes.txt", "batch"),
                  "Invalid file format for Batch API. Must be .jsonl");
    await invalid(() => create(content, "notes.txt", "fine-tune"),
                  "Invalid file format for Fine-Tuning API. Must be .jsonl");
  }
  const latin = Buffer.from('{"a": "\xff"}\n', "latin1");
  await invalid(() => create(latin, "batch.jsonl", "batch"),
                "Invalid file for Batch API. Must be utf-8 encoded");
  await invalid(() => create("MZ", "program.exe", "assistants"),
                "Files with extensions [.exe] are not supported for retrieval.");
});

test("400: wrong records, where validation is strict", async () => {
  const strict = client({ server: "strict_server", key: "strict_key" });
  await invalid(() => create(WRONG, "train.jsonl", "fine-tune", strict), WRONG_TEXT, "file",
                "invalid_file_format");
  assert.deepEqual((await strict.files.list()).data, []);
});

test("400: expires_after outside its range", async () => {
  for (const seconds of [3599, 2592001]) {
    const file = await toFile(Buffer.from("soon"), "soon.txt");
    const expires_after = { anchor: "created_at", seconds };
    await invalid(() => client().files.create({ file, purpose: "user_data", expires_after }),
                  "Invalid 'expires_after[seconds]': expected an integer from 3600 to 2592000, " +
                  `but got '${seconds}'.`, "expires_after[seconds]");
  }
});

test("400: lists that make no sense", async () => {
  const { files } = client();
  await invalid(() => files.list({ limit: 0 }), "0 is less than the minimum of 1 - 'limit'",
                "limit");
  await invalid(() => files.list({ limit: 10001 }),
                "10001 is greater than the maximum of 10000 - 'limit'", "limit");
  await invalid(() => files.list({ order: "up" }), "'up' is not one of ['asc', 'desc'] - 'order'",
                "order");
  await invalid(() => files.list({ after: "nope" }), "'nope' is not the id of a file - 'after'",
                "after");
});

const small = () => client({ server: "small_server", key: "small_key" });

test("400: a file over the limit, before and after it was sent", async () => {
  await create(Buffer.alloc(65536), "fits.bin", "user_data", small());
  await invalid(() => create(Buffer.alloc(65537), "one_more.bin", "user_data", small()),
                "File is too large.");
  const file = fs.createReadStream(WORLD.big_path);
  await invalid(() => small().files.create({ file, purpose: "user_data" }), "File is too large.");
  for (const { id } of await all(small().files.list())) await remove(id, small());
});

test("400: the organization is full, until something is deleted", async () => {
  const full = [];
  const fill = async (bytes) => {
    full.push((await create(Buffer.alloc(bytes), "fill.bin", "user_data", small())).id);
  };
  for (let number = 0; number < 4; ++number) await fill(65536);
  await invalid(() => create("!", "more.bin", "user_data", small()),
                "You have exceeded your file storage quota. Organizations are limited to 256 KB " +
                "of files. Please delete old files or attempt with a smaller file size.");
  await remove(full.pop(), small());
  await fill(1);
  for (const id of full) await remove(id, small());
});

test("400: a download that the server's owner refuses", async () => {
  const { id } = await create("x", "x.txt", "assistants", small());
  await invalid(() => small().files.content(id),
                "Not allowed to download files of purpose: assistants");
  await remove(id, small());
});

test("401: wrong keys", async () => {
  const wrong = { nonsense: "********", [WORLD.wrong_key]: WORLD.wrong_key_masked };
  for (const [apiKey, masked] of Object.entries(wrong)) {
    const stranger = client({ apiKey });
    for (const call of [() => stranger.files.list(), () => stranger.files.retrieve(UNKNOWN_ID),
                        () => create("x", "x.txt", "user_data", stranger)]) {
      await refused(call, "AuthenticationError", 401, wrongKeyText(masked),
                    { code: "invalid_api_key" });
    }
  }
});

test("401: an organization or a project that is not the key's", async () => {
  await refused(() => client({ organization: "org-other" }).files.list(), "AuthenticationError",
                401, "OpenAI-Organization header should match organization for API key",
                { code: "mismatched_organization" });
  await refused(() => client({ project: "proj_other" }).files.list(), "AuthenticationError", 401,
                "OpenAI-Project header should match project for API key",
                { code: "mismatched_project" });
});

test("401: a key without the scope", async () => {
  const { id } = await create();
  const reader = client({ key: "read_key" });
  assert.equal(String(await bytesOf(id, reader)), "content");
  const text = "You have insufficient permissions for this operation. Missing scopes: api.files.";
  await refused(() => create("x", "x.txt", "user_data", reader), "AuthenticationError", 401,
                `${text}write`);
  await refused(() => remove(id, reader), "AuthenticationError", 401, `${text}delete`);
});

test("401: a wrong key is told so while 512 MB are still to be sent", async () => {
  const stranger = client({ apiKey: WORLD.wrong_key });
  const text = wrongKeyText(WORLD.wrong_key_masked);
  const code = "invalid_api_key";
  const begin = performance.now();
  const file = fs.createReadStream(WORLD.huge_path);
  await refused(() => stranger.files.create({ file, purpose: "user_data" }),
                "AuthenticationError", 401, text, { code });
  console.log(`     (${((performance.now() - begin) / 1000).toFixed(2)} s)`);
  // The client is fit for the next request.
  await refused(() => stranger.files.list(), "AuthenticationError", 401, text, { code });
});

test("404: ids that do not exist, or cannot", async () => {
  for (const id of [UNKNOWN_ID, "fake_id"]) {
    await missingFile(() => client().files.retrieve(id), id);
    await missingFile(() => client().files.content(id), id);
    await missingFile(() => remove(id), id);
  }
});

test("404: an address that does not exist", async () => {
  await refused(() => client().models.list(), "NotFoundError", 404,
                "Invalid URL (GET /v1/models)");
});

test("405, 412, 415, 416: refusals without a class of their own", async () => {
  const api = client();
  const { id } = await create("0123456789");
  await refused(() => api.put("/files"), "APIError", 405,
                "Not allowed to PUT on /v1/files. (HINT: Perhaps you meant to use a different " +
                "HTTP method?)");
  await refused(() => api.files.content(id, { headers: { "If-Match": '"other"' } }), "APIError",
                412, "The file does not meet the condition in the request headers.");
  await refused(() => api.files.content(id, { headers: { Range: "bytes=10-" } }), "APIError", 416,
                "The range asked for lies outside the file, which has 10 bytes.");
  await assert.rejects(api.post("/files", { body: { purpose: "batch" } }),
                       { status: 415, type: "invalid_request_error" });
});

test("507: no space left on the server", async () => {
  const full = client({ server: "full_server", key: "full_key" });
  await refused(() => create("x", "x.txt", "user_data", full), "InternalServerError", 507,
                "The server cannot store this file: its disk is full or read-only.",
                { type: "server_error" });
});

test("no server: a connection error", async () => {
  await assert.rejects(client({ server: "gone_server" }).files.list(), (error) => {
    assert.equal(error.constructor, OpenAI.APIConnectionError);
    return true;
  });
});
