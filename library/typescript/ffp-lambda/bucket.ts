/**
 * Events of objects in a bucket. S3 delivers each at least once and in no order, often seconds late.
 *
 * Of a bucket that the settings have scanned for malware, GuardDuty tells of each object that it found clean instead.
 *
 * A handler therefore looks at the object that lies there now instead of trusting the event, and does the same if the
 * event comes again.
 */
import { FailedCallError, RefusalError } from './errors';
import type { Handler } from './http';
import * as log from './log';
import { property } from './tenant';

/** One object that was created or removed. Its key and size are whatever the writer of the object chose. */
export class ObjectEvent {
  /** False if it was removed. */
  readonly isCreated: boolean;
  readonly bucket: string;
  /** Decoded, as S3's other calls take it. */
  readonly key: string;
  /** In bytes, of the version that was written; undefined of a removed object and after a scan. */
  readonly size: number | undefined;
  /** Of the object, or the delete marker over it; undefined in a bucket without versions. */
  readonly version: string | undefined;
  /** Tells the order of two events of one key; empty after a scan, whose order nobody tells. */
  readonly sequencer: string;
  /** The invocation's id, which every log line about it holds. */
  readonly requestId: string;

  constructor(told: Omit<ObjectEvent, 'isOlderThan'>) {
    this.isCreated = told.isCreated;
    this.bucket = told.bucket;
    this.key = told.key;
    this.size = told.size;
    this.version = told.version;
    this.sequencer = told.sequencer;
    this.requestId = told.requestId;
  }

  /**
   * Whether the event happened before another one of the same key, by the sequencer of that one.
   *
   * Sequencers of different keys cannot be compared. Without one of them, it is not known, and false.
   */
  isOlderThan(sequencer: string): boolean {
    if (!this.sequencer || !sequencer) {
      return false;
    }
    const length = Math.max(this.sequencer.length, sequencer.length);
    const [own, other] = [this.sequencer, sequencer].map((each) => each.padEnd(length, '0').toLowerCase());
    return own! < other!;
  }
}

/**
 * Makes a Lambda handler of a function that handles one event of a bucket, and does the same if it comes again.
 *
 * Each event writes one log line with `action`, milliseconds and, as `outcome`, the fixed text that the function
 * returns; never the object's key, which may name somebody. If one fails, the others of the same call are handled, and
 * then FailedCallError is thrown, so that Lambda tries again and at last keeps the call in the function's own queue. Of
 * an error other than FailedCallError and RefusalError only the type is logged, because its message may quote data.
 */
export function watcher(
  action: string,
): (handle: (event: ObjectEvent) => Promise<string | void> | string | void) => Handler<unknown, void> {
  return (handle) => async (event, context) => {
    const failures: string[] = [];
    const records = recordsOf(event);
    for (const record of records) {
      const started = performance.now();
      let outcome: string | undefined;
      let failure: string | undefined;
      try {
        outcome = (await handle(eventOf(record, context.awsRequestId))) ?? undefined;
      } catch (error) {
        failure = log.describeError(error instanceof RefusalError ? new FailedCallError(error.message) : error);
        failures.push(failure);
      }
      log.write(action, {
        requestId: context.awsRequestId,
        durationMs: Math.round(performance.now() - started),
        outcome,
        error: failure,
      });
    }
    if (failures.length) {
      throw new FailedCallError(`${failures.length} of ${records.length} events failed: ${failures[0]}`);
    }
  };
}

/** The events of a call. S3's test of a new notification has none, and a scan's result is one. */
function recordsOf(event: unknown): readonly unknown[] {
  if (property(event, 'Event') === 's3:TestEvent') {
    return [];
  }
  const records = property(event, 'Records');
  return Array.isArray(records) ? records : [event];
}

function eventOf(record: unknown, requestId: string): ObjectEvent {
  if (property(record, 'source') === 'aws.guardduty') {
    return scanned(property(record, 'detail'), requestId);
  }
  const [name, entity] = [text(property(record, 'eventName')), at(record, 's3', 'object')];
  const isCreated = name.startsWith('ObjectCreated:');
  if (!isCreated && !name.startsWith('ObjectRemoved:') && !name.startsWith('LifecycleExpiration:')) {
    throw new FailedCallError('the event must be about an object that was created or removed');
  }
  const size = property(entity, 'size') ?? undefined;
  if (size !== undefined && typeof size !== 'number') {
    throw notOfS3();
  }
  return new ObjectEvent({
    isCreated,
    bucket: text(at(record, 's3', 'bucket', 'name')),
    key: decoded(text(property(entity, 'key'))),
    size: isCreated ? size : undefined,
    version: optional(property(entity, 'versionId')),
    sequencer: optional(property(entity, 'sequencer')) ?? '',
    requestId,
  });
}

/** The event of an object that a scan found clean. The rule that calls the function passes on no others. */
function scanned(result: unknown, requestId: string): ObjectEvent {
  if (text(at(result, 'scanResultDetails', 'scanResultStatus')) !== 'NO_THREATS_FOUND') {
    throw new FailedCallError('the scan must have found the object clean');
  }
  const object = at(result, 's3ObjectDetails');
  return new ObjectEvent({
    isCreated: true,
    bucket: text(property(object, 'bucketName')),
    key: text(property(object, 'objectKey')),
    size: undefined,
    version: optional(property(object, 'versionId')),
    sequencer: '',
    requestId,
  });
}

/** A key as it was before S3 encoded it like a form, with + for a space. */
function decoded(key: string): string {
  try {
    return key.replaceAll('+', ' ').replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeURIComponent);
  } catch {
    throw notOfS3(); // bytes that are no text
  }
}

const at = (value: unknown, ...names: readonly string[]): unknown => names.reduce(property, value);
const notOfS3 = (): FailedCallError => new FailedCallError('the event must be one of S3');

function text(value: unknown): string {
  if (typeof value !== 'string') {
    throw notOfS3();
  }
  return value;
}

function optional(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : text(value);
}
