/** Requests and responses of the HTTP API (payload format 2.0). */
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { setTimeout as sleep } from 'node:timers/promises';

import { FailedCallError, RefusalError } from './errors';
import * as log from './log';
import { callerOf, isUuid, machineOf, property, type Caller, type Machine } from './tenant';

/** What Lambda gives the API. */
export type Response = APIGatewayProxyStructuredResultV2;
/** The part of Lambda's context object that the library uses. */
export type LambdaContext = Pick<Context, 'awsRequestId'>;
/** What Lambda calls. */
export type Handler<Event, Result> = (event: Event, context: LambdaContext) => Promise<Result>;

export const MAXIMUM_BODY_BYTES = 64 * 1024;
export const MAXIMUM_PAGE_ROWS = 100;

/**
 * A JSON response with this HTTP status, which no cache stores.
 *
 * Throws TypeError for what JSON does not have, such as a Set.
 */
export function response(status: number, body: unknown): Response {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body, onlyJson),
  };
}

function onlyJson(_name: string, value: unknown): unknown {
  const isData = typeof value !== 'object' || value === null || Array.isArray(value);
  if (!isData && ![Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    throw new TypeError(`${value.constructor.name} cannot be written as JSON`);
  }
  return value;
}

/**
 * The id of the request in CloudFront's log, where the caller's address can be found; undefined if it is missing.
 *
 * CloudFront overwrites an id that a caller sends. A caller of the API's own address can invent one.
 */
export function edgeRequestId(event: unknown): unknown {
  return property(property(event, 'headers'), 'x-amz-cf-id');
}

/** What a request holds. Each reader throws RefusalError 400 for a value that it does not accept. */
export class Call {
  constructor(
    readonly event: unknown,
    /** The invocation's id, which every log line about it holds. */
    readonly id: string,
  ) {}

  /** The UUID in lower case in the route's path parameter `name`. */
  pathUuid(name: string): string {
    const value = property(property(this.event, 'pathParameters'), name);
    if (!isUuid(value)) {
      throw new RefusalError(400, `${name} must be a UUID in lower case`);
    }
    return value;
  }

  /** The route's path parameter `name` as the caller sent it, or undefined. Check it before use. */
  path(name: string): string | undefined {
    const value = property(property(this.event, 'pathParameters'), name);
    return typeof value === 'string' ? value : undefined;
  }

  /** The query parameter `name` as the caller sent it, or undefined. Check it before use. */
  query(name: string): string | undefined {
    const value = property(property(this.event, 'queryStringParameters'), name);
    return typeof value === 'string' ? value : undefined;
  }

  /** The number of rows that the caller asks for by the query parameter `limit`: 1 to `maximum`, the default. */
  pageSize(maximum = MAXIMUM_PAGE_ROWS): number {
    const text = this.query('limit') || String(maximum);
    if (!/^[0-9]{1,3}$/.test(text) || Number(text) < 1 || Number(text) > maximum) {
      throw new RefusalError(400, `limit must be a whole number from 1 to ${maximum}`);
    }
    return Number(text);
  }

  /** The JSON object in the request's body, of at most 64 KB. */
  body(): Body {
    const raw = property(this.event, 'body') || '';
    const isEncoded = property(this.event, 'isBase64Encoded') === true;
    const content = Buffer.from(String(raw), isEncoded ? 'base64' : 'utf8');
    if (content.length > MAXIMUM_BODY_BYTES) {
      throw new RefusalError(400, `the body must be at most ${MAXIMUM_BODY_BYTES} bytes`);
    }
    return Body.ofJson(content);
  }
}

/** A call by a verified caller. */
export class Request extends Call {
  constructor(
    readonly caller: Caller,
    event: unknown,
    id: string,
  ) {
    super(event, id);
  }
}

/** A call by a verified machine. */
export class MachineRequest extends Call {
  constructor(
    readonly machine: Machine,
    event: unknown,
    id: string,
  ) {
    super(event, id);
  }
}

/** The fields of each object of a JSON text whose number is written with a point or an exponent, such as 1.0. */
type Fractions = ReadonlyMap<unknown, ReadonlySet<string>>;

/** A JSON object. Each reader throws RefusalError 400 for a field of another type or size. */
export class Body {
  private constructor(
    readonly fields: Readonly<Record<string, unknown>>,
    private readonly fractions: Fractions,
  ) {}

  /** What a text says; undefined if it is JSON, but no object. Throws SyntaxError or RangeError if it is no JSON. */
  static parse(text: string): Body | undefined {
    const fractions = new Map<unknown, Set<string>>();
    function note(this: unknown, name: string, value: unknown, context?: { source: string }): unknown {
      if (typeof value === 'number' && /[.eE]/.test(context?.source ?? '')) {
        fractions.set(this, (fractions.get(this) ?? new Set()).add(name));
      }
      return value;
    }
    const fields: unknown = JSON.parse(text, note);
    return isObject(fields) ? new Body(fields, fractions) : undefined;
  }

  /** The object that this JSON describes. Throws RefusalError 400 for anything else. */
  static ofJson(content: Uint8Array): Body {
    let body: Body | undefined;
    try {
      body = Body.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
    } catch {
      throw new RefusalError(400, 'the body must be JSON');
    }
    if (!body) {
      throw new RefusalError(400, 'the body must be a JSON object');
    }
    return body;
  }

  /** A text of 1 to `maximum` characters that PostgreSQL can store, without white space around it. */
  text(name: string, { maximum }: { maximum: number }): string {
    const value = property(this.fields, name);
    // PostgreSQL fails on a NUL, and cannot store a lone surrogate.
    if (typeof value === 'string' && !value.includes('\0') && value.isWellFormed()) {
      const text = value.trim();
      if (text && [...text].length <= maximum) {
        return text;
      }
    }
    throw new RefusalError(400, `${name} must be a text of 1 to ${maximum} characters`);
  }

  /** A whole number from `minimum` to `maximum`, both included. 1.0 and true are refused. */
  wholeNumber(name: string, { minimum, maximum }: { minimum: number; maximum: number }): number {
    const value = property(this.fields, name);
    const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && !this.fractions.get(this.fields)?.has(name);
    if (isWhole && minimum <= value && value <= maximum) {
      return value;
    }
    throw new RefusalError(400, `${name} must be a whole number from ${minimum} to ${maximum}`);
  }

  /** A UUID in lower case, or undefined if the field is absent or null. */
  uuid(name: string): string | undefined {
    const value = property(this.fields, name) ?? undefined;
    if (value === undefined || isUuid(value)) {
      return value;
    }
    throw new RefusalError(400, `${name} must be a UUID in lower case`);
  }

  /** A JSON object, such as the `detail` of an event, with the same readers. */
  object(name: string): Body {
    const value = property(this.fields, name);
    if (!isObject(value)) {
      throw new RefusalError(400, `${name} must be a JSON object`);
    }
    return new Body(value, this.fractions);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Who may call, and how long a response takes. */
export interface Admission {
  /** Who may call; without it, all declared roles. */
  readonly roles?: readonly string[];
  /** How long a response to an allowed caller takes at least, for handlers whose time would reveal what they found. */
  readonly atLeastSeconds?: number;
}

/**
 * Makes a Lambda handler of a function that responds to a Request of a caller with one of `roles`.
 *
 * Without a valid token the function does not run, and the response is 401 or 403. A RefusalError becomes the response.
 * Any other error is logged and thrown as FailedCallError, so that Lambda counts it; of an error other than
 * FailedCallError only the type is logged and thrown, because its message may quote data. Each call writes one log line
 * with `action`, tenant, user, status and milliseconds.
 */
export function endpoint(
  action: string,
  { roles, atLeastSeconds = 0 }: Admission = {},
): (respond: (request: Request) => Promise<Response> | Response) => Handler<unknown, Response> {
  return (respond) => (event, context) =>
    answered(action, event, context, async (logged) => {
      const caller = callerOf(event);
      Object.assign(logged, { tenantId: caller.tenantId, userId: caller.userId });
      if (roles && !roles.includes(caller.role)) {
        throw new RefusalError(403, "the caller's role does not allow this");
      }
      const end = performance.now() + atLeastSeconds * 1000;
      try {
        return await respond(new Request(caller, event, context.awsRequestId));
      } finally {
        if (atLeastSeconds) {
          await sleep(Math.max(0, end - performance.now()));
        }
      }
    });
}

/**
 * Makes a Lambda handler of a function that responds to a MachineRequest, on a route with scopes of machines.
 *
 * It treats errors as `endpoint` does. A user's token gets 401, whatever its scopes. Each call writes one log line with
 * `action`, the machine's name as `client`, its tenant if it has one, status and milliseconds.
 */
export function machineEndpoint(
  action: string,
): (respond: (request: MachineRequest) => Promise<Response> | Response) => Handler<unknown, Response> {
  return (respond) => (event, context) =>
    answered(action, event, context, async (logged) => {
      const machine = machineOf(event);
      Object.assign(logged, { tenantId: machine.tenantId, client: machine.name });
      return respond(new MachineRequest(machine, event, context.awsRequestId));
    });
}

/** What `answer` returns or refuses, after one log line with the fields that it has added. */
export async function answered(
  action: string,
  event: unknown,
  context: LambdaContext,
  answer: (logged: Record<string, unknown>) => Promise<Response>,
): Promise<Response> {
  const started = performance.now();
  const logged: Record<string, unknown> = {};
  let failure: string | undefined;
  let result: Response;
  try {
    result = await answer(logged);
  } catch (error) {
    if (error instanceof RefusalError) {
      result = response(error.status, { message: error.message });
    } else {
      failure = log.describeError(error);
      result = response(500, {});
    }
  }
  log.write(action, {
    ...logged,
    requestId: context.awsRequestId,
    edgeRequestId: edgeRequestId(event),
    status: result.statusCode,
    durationMs: Math.round(performance.now() - started),
    error: failure,
  });
  if (failure !== undefined) {
    throw new FailedCallError(failure);
  }
  return result;
}
