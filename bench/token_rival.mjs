// How fast npm's tiktoken, the reference compiled to WebAssembly, counts files: one JSON object a
// line. Run where node finds the package.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const { get_encoding } = require("tiktoken");

for (const name of ["o200k_base", "cl100k_base"]) {
  const encoding = get_encoding(name);
  for (const path of process.argv.slice(2)) {
    const text = readFileSync(path, "utf8");
    // Its memory is what WebAssembly has; pieces of a megabyte are what it takes.
    const step = 1 << 20;
    let tokens = 0;
    let bytes = 0;
    const before = process.cpuUsage();
    for (let at = 0; at < text.length; at += step) {
      tokens += encoding.encode_ordinary(text.slice(at, at + step)).length;
    }
    const used = process.cpuUsage(before);
    bytes = Buffer.byteLength(text);
    const seconds = (used.user + used.system) / 1e6;
    console.log(JSON.stringify(
      { rival: "wasm", file: path, encoding: name, tokens, mb_s: bytes / 1e6 / seconds }));
  }
  encoding.free();
}
