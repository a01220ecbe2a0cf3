// Reads a graph as JSON on standard input and writes its SVG, as Graphviz lays it out, on standard output.
import { readFileSync } from "node:fs";
import { instance } from "@viz-js/viz";

const result = (await instance()).render(JSON.parse(readFileSync(0, "utf8")), { format: "svg", engine: "dot" });
for (const { message } of result.errors) console.error(message);
if (result.status !== "success") process.exit(1);
process.stdout.write(result.output);
