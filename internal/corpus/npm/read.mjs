// Reads CSV files with a reader of others, as a program does that was told nothing of
// them, and prints a line of JSON for each: {file, rows, error}. A row is an object with
// its values by the names of the header.
//
//   node read.mjs duckdb|papaparse < paths, one a line
//
// NODE_PATH names the folder of the packages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(process.env.NODE_PATH + "/read.mjs");

async function duckdb() {
  const { DuckDBInstance } = require("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  return async (path) => {
    const literal = "'" + path.replaceAll("'", "''") + "'";
    const answer = await connection.runAndReadAll(`SELECT * FROM read_csv(${literal}, all_varchar = true)`);
    return answer.getRowObjects();
  };
}

function papaparse() {
  const Papa = require("papaparse");
  return (path) => Papa.parse(readFileSync(path, "utf8"), { header: true, skipEmptyLines: true }).data;
}

const readers = { duckdb, papaparse };
const read = await readers[process.argv[2]]();
for await (const file of createInterface({ input: process.stdin })) {
  const line = { file, rows: [], error: "" };
  try {
    line.rows = (await read(file)).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value == null ? "" : String(value)])),
    );
  } catch (error) {
    line.error = String(error.message ?? error);
  }
  process.stdout.write(JSON.stringify(line) + "\n");
}
