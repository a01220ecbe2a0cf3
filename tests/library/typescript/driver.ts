/**
 * Calls handlers and sessions as a test in Python says: a request in each line of standard input, and a line
 * `{"reply": …}` of standard output for each. All other lines are what the library logs.
 */
import { createInterface } from 'node:readline';

import { sql, tenantSession, tenants, type Session, type Value } from 'ffp-lambda/database';
import { FailedCallError } from 'ffp-lambda/errors';
import { LOGGER, write, type Details } from 'ffp-lambda/log';

import { HANDLERS } from './handlers';
import { receiverOf, type Described } from './receivers';

interface Asked {
  readonly call?: string;
  readonly event?: never;
  readonly receiver?: Described;
  readonly clock?: { readonly now?: number; readonly monotonic?: number };
  readonly write?: string;
  readonly details?: Details;
  readonly logger?: 'info' | 'error' | 'append';
  readonly says?: never;
  readonly session?: string;
  readonly tenants?: true;
  readonly parts?: readonly string[];
  readonly values?: readonly Value[];
  readonly together?: readonly string[];
  readonly forgotten?: string;
  readonly plain?: string;
  readonly kept?: true;
  readonly end?: 'well' | 'badly';
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let kept: Session | undefined;

async function next(): Promise<Asked | undefined> {
  const { value, done } = await lines.next();
  return done ? undefined : JSON.parse(value);
}

function reply(said: Record<string, unknown>): void {
  const text = JSON.stringify({ reply: said }, (_name, value) => (typeof value === 'bigint' ? String(value) : value));
  process.stdout.write(`${text}\n`);
}

async function answered(act: () => Promise<unknown>): Promise<void> {
  try {
    reply({ answer: (await act()) ?? null });
  } catch (error) {
    reply({ error: error instanceof Error ? told(error) : String(error) });
  }
}

function told(error: Error & { code?: string }): Record<string, unknown> {
  return { kind: error.constructor.name, message: error.message, code: error.code, cause: error.cause };
}

/** A template with these parts, as only source code can have one. */
function template(parts: readonly string[]): TemplateStringsArray {
  return Object.assign([...parts], { raw: parts });
}

const statement = (parts: readonly string[], values: readonly Value[] = []) => sql(template(parts), ...values);

/** Runs statements until the test ends the session, well or badly. */
async function within(session: Session): Promise<string> {
  kept = session;
  reply({ answer: 'begun' });
  for (let asked = await next(); asked; asked = await next()) {
    const { parts, values, together, forgotten, plain, end } = asked;
    if (end === 'badly') {
      throw new RangeError('of the handler');
    }
    if (end) {
      return 'ended';
    }
    if (asked.session !== undefined) {
      await answered(() => tenantSession(String(asked.session), async () => 'within'));
    } else if (asked.tenants) {
      await answered(tenants);
    } else if (together) {
      await answered(() => Promise.all(together.map((text) => session.run(statement([text])))));
    } else if (forgotten !== undefined) {
      void session.run(statement([forgotten]));
      return 'ended';
    } else if (plain !== undefined) {
      await answered(async () => session.run(plain as never));
    } else {
      await answered(async () => session.run(statement(parts ?? [], values)));
    }
  }
  return 'ended';
}

const { now: date } = Date;

/** Stops the clocks at so many seconds; without them, they go on. */
function stopClocks(now?: number, monotonic?: number): void {
  Date.now = now === undefined ? date : () => now * 1000;
  const { now: going } = Object.getPrototypeOf(performance);
  performance.now = monotonic === undefined ? going : () => monotonic * 1000;
}

async function answer(asked: Asked): Promise<void> {
  const { call, event, details, says, logger, session } = asked;
  if (call !== undefined) {
    const handler = HANDLERS[call];
    await answered(async () => handler?.(event as never, { awsRequestId: 'request-1' }));
  } else if (asked.receiver) {
    const { receiver } = asked;
    await answered(async () => receiverOf(receiver)(event, { awsRequestId: 'request-1' }));
  } else if (asked.clock) {
    const { now, monotonic } = asked.clock;
    await answered(async () => stopClocks(now, monotonic));
  } else if (asked.write !== undefined) {
    await answered(async () => write(String(asked.write), details ?? { requestId: '1' }));
  } else if (logger === 'append') {
    await answered(async () => LOGGER.appendKeys(says ?? {}));
  } else if (logger) {
    await answered(async () => LOGGER[logger](...(says as unknown as [string])));
  } else if (session !== undefined) {
    await answered(() => tenantSession(session, within));
  } else if (asked.kept) {
    await answered(async () => kept?.run(statement(asked.parts ?? [])));
  } else if (asked.tenants) {
    await answered(tenants);
  } else {
    throw new FailedCallError('nothing that the driver knows');
  }
}

/** What Lambda would call; here it serves until standard input ends. */
export async function main(): Promise<void> {
  for (let asked = await next(); asked; asked = await next()) {
    await answer(asked);
  }
}

await main();
