/** Messages of a queue. SQS delivers each at least once, so that a handler must tolerate one that comes again. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

import { FailedCallError, RefusalError } from './errors';
import { Body, type Handler } from './http';
import * as log from './log';
import { TENANCY } from './tenancy';
import { isUuid, property } from './tenant';

/**
 * One message. Whoever sent it had a binding `SendTo`, and nobody else can.
 *
 * Readers throw an error for what they do not accept, and the message is tried again until it is a dead letter.
 */
export class Message {
  constructor(
    /** As Lambda gives it. */
    readonly record: SQSRecord,
    /** The invocation's id, which every log line about it holds. */
    readonly requestId: string,
  ) {}

  /** Of SQS, the same at each try. */
  get id(): string {
    return this.record.messageId;
  }

  /** How often it was received, this time included. */
  get tries(): number {
    return Number(this.record.attributes.ApproximateReceiveCount);
  }

  /** The JSON object that was sent. */
  body(): Body {
    let body: Body | undefined;
    try {
      body = Body.parse(this.record.body);
    } catch {
      throw new FailedCallError('the message must be JSON');
    }
    if (!body) {
      throw new FailedCallError('the message must be a JSON object');
    }
    return body;
  }

  /**
   * The tenant that the message is about, from the field of its body that is named as the token's claim is.
   *
   * An event that a rule of a bus sent names it in its `detail`.
   */
  get tenantId(): string {
    const body = this.body();
    const named = property(body.fields, 'detail-type') === undefined ? body : body.object('detail');
    const value = property(named.fields, TENANCY.tenant);
    if (!isUuid(value)) {
      throw new FailedCallError('the message must name a tenant');
    }
    return value;
  }
}

/**
 * Makes a Lambda handler of a function that handles one message, and does the same if it comes again.
 *
 * A message whose handling throws an error comes again alone; the others of its batch do not. In a FIFO queue, those
 * behind it in its message group wait for it. Each message writes one log line with `action`, its id, its tries and
 * milliseconds. Of an error other than FailedCallError and RefusalError only the type is logged, because its message
 * may quote data.
 */
export function consumer(
  action: string,
): (handle: (message: Message) => Promise<void> | void) => Handler<SQSEvent, SQSBatchResponse> {
  return (handle) => async (event, context) => {
    const again: string[] = [];
    const heldBack = new Set<string>(); // message groups with a message that failed
    for (const record of event.Records) {
      const group = record.attributes.MessageGroupId;
      if (group && heldBack.has(group)) {
        again.push(record.messageId);
        continue;
      }
      const message = new Message(record, context.awsRequestId);
      const started = performance.now();
      let failure: string | undefined;
      try {
        await handle(message);
      } catch (error) {
        failure = log.describeError(error instanceof RefusalError ? new FailedCallError(error.message) : error);
        again.push(message.id);
        if (group) {
          heldBack.add(group);
        }
      }
      log.write(action, {
        requestId: context.awsRequestId,
        messageId: message.id,
        tries: message.tries,
        durationMs: Math.round(performance.now() - started),
        error: failure,
      });
    }
    return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
