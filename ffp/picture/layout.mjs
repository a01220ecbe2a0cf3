// Reads graphs as JSON on standard input and writes their SVGs, as Graphviz lays them out, as JSON on standard output.
import { readFileSync } from "node:fs";
import { instance } from "@viz-js/viz";

const graphviz = await instance();
const drawn = JSON.parse(readFileSync(0, "utf8")).map((graph) => {
  const result = graphviz.render(graph, { format: "svg", engine: "dot" });
  for (const { message } of result.errors) console.error(message);
  if (result.status !== "success") process.exit(1);
  return result.output;
});
process.stdout.write(JSON.stringify(drawn));
