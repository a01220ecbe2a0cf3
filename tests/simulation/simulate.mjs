// Judges one request a line, as JSON, and answers each with one line.
import { createInterface } from "node:readline";

import { runSimulation } from "@cloud-copilot/iam-simulate";

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await runSimulation(JSON.parse(line), { simulationMode: "Strict" });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
