/**
 * Structured logs: one JSON object a line, which holds only declared fields with values in the expected format.
 *
 * Handlers write ids, numbers, types of errors and fixed texts. The format check is a second line of defence: it
 * withholds texts with a capitalised word, a long number, an address or a token. It cannot recognise a user's text in
 * lower case, so handlers must not write any.
 */
import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

import { FailedCallError } from './errors';
import { TENANCY } from './tenancy';
import { isUuid } from './tenant';

export const WITHHELD = '[withheld]';

// Patterns that are frequent in personal data and that fixed texts do not contain. Because of the last one, messages of
// errors are in lower case. E-mail addresses are withheld because FIXED_TEXT does not allow their @.
const PERSONAL = new RegExp(
  [
    'eyJ', // JSON web tokens
    '(?=[\\w+/=-]*[0-9])(?=[\\w+/=-]*[A-Z])[\\w+/=-]{20,}', // other tokens, keys and passwords
    '[0-9](?:[ ().+/-]*[0-9]){6,}', // telephone numbers, dates of birth
    '[0-9]+(?:\\.[0-9]+){3}|(?:[0-9A-Fa-f]*:){2,}', // IP addresses
    '\\b[A-Z][a-z]+\\b', // names of people and places
  ].join('|'),
);
const FIXED_TEXT = /^[A-Za-z0-9 _.,:;'/()-]{1,200}$/;

type Check = (value: unknown) => boolean;

const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const isFixedText: Check = (value) => matches(FIXED_TEXT)(value) && !PERSONAL.test(value as string);
// Names of error types. They have a capital within, or a word such as Error: a person's name has not.
const isErrorType = matches(
  /^(?=\w*(?:[a-z][A-Z]|[Ee]rror|[Ee]xception|[Tt]imeout|Throttl(?:ed|ing)))[A-Za-z_]{1,60}$/,
);
const isHyphenated = matches(/^[a-z][A-Za-z-]{0,63}$/);
const isNumber: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && 0 <= value && value < 1_000_000;

// The fields of a line in their order, each with the check of its values. They are those of the Python library.
const FIELDS: ReadonlyMap<string, Check> = new Map<string, Check>([
  // Lambda filters log lines by `timestamp` and `level`, so these names are fixed.
  ['timestamp', matches(/^[0-9T:.+-]{20,40}$/)],
  ['level', matches(/^(?:TRACE|DEBUG|INFO|WARN|ERROR|CRITICAL)$/)],
  ['environment', matches(/^[a-z][a-z0-9-]{0,31}$/)],
  ['action', (value) => isHyphenated(value) && isFixedText(value)],
  [TENANCY.log_field, isUuid],
  ['userId', isUuid],
  ['client', matches(/^[a-z][a-z0-9-]{0,63}$/)], // a machine's name
  ['requestId', (value) => isUuid(value) || isFixedText(value)],
  ['edgeRequestId', matches(/^[A-Za-z0-9_-]{54}==$/)], // the request's id in CloudFront's log
  ['status', isNumber],
  ['durationMs', isNumber],
  ['error', (value) => isErrorType(value) || isFixedText(value)], // a type or a fixed text
  ['outcome', isFixedText],
  ['secret', matches(/^[a-z][a-z0-9-]{0,127}$/)], // a secret's name
  ['sent', isNumber],
  ['failed', isNumber],
  ['migrations', isNumber],
  ['users', isNumber],
  ['groups', isNumber],
  ['memberships', isNumber],
  ['messageId', isUuid], // of SQS
  ['tries', isNumber],
]);

/** Writes only the fields above, so that an error's message or stack is never written. */
export class Formatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const values: Record<string, unknown> = {
      ...additional,
      timestamp: attributes.timestamp.toISOString().replace('Z', '+00:00'),
      level: attributes.logLevel,
      environment: process.env['ENVIRONMENT'],
      action: attributes.message,
      // Powertools hands over an error object under this name, too.
      error: additional['error'] instanceof Error ? describeError(additional['error']) : additional['error'],
    };
    const item = new LogItem({ attributes: {} });
    for (const [name, isValid] of FIELDS) {
      const value = values[name] ?? undefined;
      if (value !== undefined) {
        item.addAttributes({ [name]: isValid(value) ? (value as string | number) : WITHHELD });
      }
    }
    return item;
  }
}

/** Powertools' logger, which writes no more than `write` does. */
export const LOGGER = new Logger({ serviceName: 'ffp', logLevel: 'INFO', logFormatter: new Formatter() });

/** The fields of a line. */
export interface Details {
  /** `request.id`, or the context's `awsRequestId`. */
  readonly requestId: string;
  readonly tenantId?: string | undefined;
  readonly userId?: string | undefined;
  /** With it the line's level is ERROR. */
  readonly error?: string | undefined;
  /** A field that this module declares, such as `outcome`, `status` or `durationMs`; others are left out. */
  readonly [field: string]: unknown;
}

/**
 * Writes one line of JSON about `action`, a few words joined by hyphens.
 *
 * A value that fails its field's check is written as `[withheld]`.
 */
export function write(action: string, { tenantId, ...details }: Details): void {
  const fields: Record<string, unknown> = { ...details, [TENANCY.log_field]: tenantId };
  const declared = Object.fromEntries(Object.entries(fields).filter(([name]) => FIELDS.has(name)));
  LOGGER[details.error === undefined ? 'info' : 'error'](action, declared as LogAttributes);
}

/** A FailedCallError's message, or another error's type: other messages may quote data and must not be logged. */
export function describeError(error: unknown): string {
  if (error instanceof FailedCallError) {
    return isFixedText(error.message) ? error.message : WITHHELD;
  }
  if (!(error instanceof Error)) {
    return 'Error';
  }
  const { name } = error.constructor;
  const { code } = error as { code?: unknown };
  if ('$fault' in error) {
    return error.name; // AWS's name of its type
  }
  return name === 'Error' && matches(/^E[A-Z]{2,20}$/)(code) ? (code as string) : name; // such as ECONNREFUSED
}
