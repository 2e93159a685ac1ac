// The official Node client under measurement: node client.mjs LIBRARY, then the words of
// sdk_client.cc. WAY of an upload is `lean`, with the least memory that the client can do with, or
// `readme`, as its documentation recommends.

import fs from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const [library, command, baseURL, id, ...words] = process.argv.slice(2);
const { OpenAI, toStreamingFile } = await import(library);
const client = new OpenAI({ baseURL, apiKey: process.env.ARGOT_BENCH_KEY });

function peakRssKib() {
  return Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))[1]);
}

/** Runs `work`, which gives its count and an id, and prints what it took. */
async function measured(work) {
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const { count = 0, id = "" } = await work();
  const seconds = (performance.now() - begin) / 1e3;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpu = (user + system) / 1e6;
  console.log(JSON.stringify({ count, seconds, cpu, rss_kib: peakRssKib(), id }));
}

function upload(source, way, options) {
  const stream = fs.createReadStream(source);
  const file = way === "readme" ? stream : toStreamingFile(stream, path.basename(source));
  return client.files.create({ file, purpose: "user_data" }, options);
}

async function downloadNowhere(options) {
  const response = await client.files.content(id, options);
  let count = 0;
  for await (const piece of response.body) count += piece.length;
  return count;
}

async function downloadToFile(target) {
  const response = await client.files.content(id);
  await pipeline(Readable.fromWeb(response.body), fs.createWriteStream(target));
}

function sync(target) {
  const file = fs.openSync(target);
  fs.fsyncSync(file);
  fs.closeSync(file);
}

async function download(target, way) {
  if (way === "nowhere") return downloadNowhere();
  if (way === "memory") return (await (await client.files.content(id)).arrayBuffer()).byteLength;
  const written = way === "synced" ? `${target}.part` : target;
  await downloadToFile(written);
  if (way === "synced") {
    sync(written);
    fs.renameSync(written, target);
    sync(path.dirname(target));
  }
  return fs.statSync(target).size;
}

async function retrieve(seconds) {
  const begin = performance.now();
  let count = 0;
  for (; performance.now() - begin < seconds * 1e3; count += 1) await client.files.retrieve(id);
  return count;
}

/** How long calls go on after they have been asked to stop, each at another moment of `span`. */
async function latencies(count, span, call) {
  const milliseconds = [];
  for (let i = 0; milliseconds.length < count && i < 2 * count; i += 1) {
    const controller = new AbortController();
    let asked = 0;
    const stop = () => {
      asked = performance.now();
      controller.abort();
    };
    const timer = setTimeout(stop, span * (0.1 + 0.8 * ((i * 0.618034) % 1)));
    try {
      await call({ signal: controller.signal });
    } catch (error) {
      if (!asked) throw error;
      milliseconds.push(performance.now() - asked);
    }
    clearTimeout(timer);
  }
  console.log(JSON.stringify({ milliseconds }));
}

if (command === "cancel") {
  const [source, phase, count, span] = words;
  const calls = {
    upload: (options) => upload(source, "lean", options),
    download: downloadNowhere,
    silent: (options) => client.files.retrieve(id, options),
    backoff: (options) => client.files.retrieve(id, options),
  };
  await latencies(Number(count), Number(span), calls[phase]);
} else {
  await client.files.retrieve(id);
  const works = {
    upload: () => upload(words[0], words[1]),
    download: async () => ({ count: await download(words[0], words[1]) }),
    retrieve: async () => ({ count: await retrieve(Number(words[0])) }),
  };
  await measured(works[command]);
}
