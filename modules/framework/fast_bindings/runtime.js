// jsii's kernel in one process. jsii's own start is a process that starts the kernel and carries each message between
// Python and it, twice. The kernel speaks on file descriptor 3; here that is standard input and output themselves.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const threads = require("node:worker_threads");

const CHANNEL = 3;
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const { openSync, readSync, writeSync } = fs;

let reserved;
do {
  reserved = openSync(os.devNull, "r"); // so that no file of the kernel's gets the channel's number
} while (reserved < CHANNEL);

fs.readSync = (file, ...rest) => readSync(file === CHANNEL ? STDIN : file, ...rest);
fs.writeSync = (file, ...rest) => writeSync(file === CHANNEL ? STDOUT : file, ...rest);

// By this the kernel decides whether libraries may be links. Node.js itself knows it from NODE_OPTIONS.
process.execArgv.push("--preserve-symlinks");

// CDKTF keeps a whole stack trace for each token, and shows it in no message of ours.
const { captureStackTrace } = Error;
Error.captureStackTrace = (object, below) => {
  if (Error.stackTraceLimit === Number.MAX_SAFE_INTEGER) object.stack = "";
  else captureStackTrace(object, below);
};

// Packages of code are copied into each stack, for each function: a hundred megabytes. Nothing writes into them.
const { copyFileSync, linkSync } = fs;
fs.copyFileSync = (from, to, ...rest) => {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to, ...rest); // to another file system, or over a file
  }
};

// The kernel indexes each library once in a thread, whose script has another name in jsii's wheel.
const { Worker } = threads;
threads.Worker = class extends Worker {
  constructor(file, options) {
    super(fs.existsSync(file) ? file : path.join(path.dirname(file), `lib__${path.basename(file)}`), options);
  }
};

// What libraries print goes to Python as jsii's own start sends it.
for (const stream of ["stdout", "stderr"]) {
  process[stream].write = (text, encoding, done) => {
    const bytes = typeof text === "string" ? Buffer.from(text, typeof encoding === "string" ? encoding : "utf8") : text;
    writeSync(STDERR, `${JSON.stringify({ [stream]: Buffer.from(bytes).toString("base64") })}\n`);
    const callback = typeof encoding === "function" ? encoding : done;
    if (callback) process.nextTick(callback);
    return true;
  };
}

require(process.env.FFP_JSII_KERNEL);
