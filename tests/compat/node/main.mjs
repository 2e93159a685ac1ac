// The official Node client, unmodified, against a running server.
//
//   node main.mjs WORLD.json
//
// Works with every version of the client, which WORLD.json names. That file comes from run.py:
// addresses, keys, and what is stored. Prints a line for each case.

import "./operations.mjs";
import "./errors.mjs";
import "./uploads.mjs";
import { runAll } from "./toolkit.mjs";

process.exitCode = (await runAll()) === 0 ? 0 : 1;
