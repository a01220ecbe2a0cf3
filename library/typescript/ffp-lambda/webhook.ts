/**
 * Webhooks: requests that a sender signed with a secret which both know, on a route with `public=Webhook(…)`.
 *
 * Nothing of a request is believed before its signature matches: neither its headers nor its body.
 */
import { createHash } from 'node:crypto';

import { variable } from './environment';
import { FailedCallError, RefusalError } from './errors';
import { answered, Body, response, type Handler, type Response } from './http';
import { readSecret } from './secrets';
import { fromBase64, isSigned, keysOf, type Form } from './signatures';
import { property } from './tenant';

export { GITHUB, STANDARD, STRIPE, standard, timed, untimed } from './signatures';
export type { Form } from './signatures';

/** The largest body, unless a receiver says otherwise. */
export const MAXIMUM_BYTES = 256 * 1024;
/** Both ways: the sender's clock may be ahead. */
export const WINDOW_SECONDS = 300;
/** So long a secret that people replaced is still accepted, and a new one not yet. */
export const READ_AGAIN_SECONDS = 60;
const REFUSAL = 'the signature is not valid'; // whatever the reason, which only the log tells

/** A delivery that was received before: the sender gets a 200, so that it ends its tries, and nothing happens. */
export class RepeatedError extends Error {}

/** A request whose signature is not accepted; its message is a fixed text for the log. */
class UnverifiedError extends Error {}

/** One request with a valid signature. */
export class Delivery {
  constructor(
    /** The name of the secret that it is signed with. */
    readonly secret: string,
    /** Its id if the signature covers one, otherwise the digest of what is signed. */
    readonly id: string,
    /** The body as it arrived. */
    readonly content: Buffer,
    /** What else it holds; only with the form `standard` is a header signed, the id. */
    readonly event: unknown,
    /** The invocation's id, which every log line about it holds. */
    readonly requestId: string,
  ) {}

  /** The JSON object in the body. Throws RefusalError 400 for anything else. */
  body(): Body {
    return Body.ofJson(this.content);
  }
}

/** What verifies requests: the secret's name, and how its sender signs. */
export class Webhook {
  private keys: readonly Uint8Array[] = [];
  private readAt = -Infinity;

  constructor(
    private readonly secret: string,
    private readonly form: Form,
    private readonly maximumBytes = MAXIMUM_BYTES,
  ) {}

  /**
   * The delivery in the request, if its signature is valid and its time at most five minutes from now.
   *
   * Throws RefusalError 413 for a body that is too large, and an error whose message says why for another reason.
   */
  async verify(event: unknown, requestId: string): Promise<Delivery> {
    const content = contentOf(event, this.maximumBytes);
    const claim = this.form.claim(property(event, 'headers'), content);
    if (!claim?.signatures.length) {
      throw new UnverifiedError('no signature in the form that is expected');
    }
    if (claim.sentAt !== undefined && Math.abs(Date.now() / 1000 - claim.sentAt) > WINDOW_SECONDS) {
      throw new UnverifiedError('a time outside the window');
    }
    if (!isSigned(this.form, claim, await this.currentKeys())) {
      throw new UnverifiedError('a signature that does not match');
    }
    const id = claim.id ?? createHash('sha256').update(claim.signed).digest('hex');
    return new Delivery(this.secret, id, content, event, requestId);
  }

  /** The keys of the secret's value and of the one before, read at most once a minute, whoever asks. */
  private async currentKeys(): Promise<readonly Uint8Array[]> {
    if (performance.now() - this.readAt >= READ_AGAIN_SECONDS * 1000) {
      this.keys = keysOf(this.form, await valuesOf(this.secret));
      this.readAt = performance.now();
    }
    if (!this.keys.length) {
      throw new FailedCallError('the secret holds no key that can verify');
    }
    return this.keys;
  }
}

/** The secret's value and the one before, without what is missing. */
async function valuesOf(secret: string): Promise<string[]> {
  const arn = variable(`${secret.toUpperCase().replaceAll('-', '_')}_SECRET_ARN`);
  const values: string[] = [];
  for (const stage of ['AWSCURRENT', 'AWSPREVIOUS']) {
    const value = await readSecret(arn, stage);
    values.push(...(value === undefined ? [] : [value]));
  }
  return values;
}

/** The body's bytes. A large one is refused before it is decoded. */
function contentOf(event: unknown, maximumBytes: number): Buffer {
  const body = property(event, 'body');
  const raw = typeof body === 'string' ? body : '';
  const tooLarge = new RefusalError(413, `the body must be at most ${maximumBytes} bytes`);
  // What base64 makes of the longest.
  if (raw.length > Math.floor(((maximumBytes + 2) * 4) / 3)) {
    throw tooLarge;
  }
  const content = property(event, 'isBase64Encoded') ? fromBase64(raw) : Buffer.from(raw);
  if (!content) {
    throw new UnverifiedError('a body that is not base64');
  }
  if (content.length > maximumBytes) {
    throw tooLarge;
  }
  return content;
}

/** Whose signature is expected, and how large a body may be. */
export interface Sender {
  /** The secret's name, as in the route's `Webhook`; the binding `ReadSecret` sets the variable with its ARN. */
  readonly signedWith: string;
  readonly form: Form;
  /** 256 KB without it. */
  readonly maximumBytes?: number;
}

/**
 * Makes a Lambda handler of a function that responds to a Delivery signed in this `form` with a secret.
 *
 * Without a valid signature the function does not run, and the response is 401; 413 for a body of more than
 * `maximumBytes`. The secret's value and the one before are both accepted; a new value within a minute. A RefusalError
 * becomes the response, and a RepeatedError 200. Any other error is thrown as FailedCallError: the response is 500, and
 * senders try again. Each call writes one log line with `action`, the secret's name, status, milliseconds and, as
 * `outcome`, why it was refused; nothing of the request but CloudFront's id.
 */
export function receiver(
  action: string,
  { signedWith, form, maximumBytes }: Sender,
): (respond: (delivery: Delivery) => Promise<Response> | Response) => Handler<unknown, Response> {
  const webhook = new Webhook(signedWith, form, maximumBytes);
  return (respond) => (event, context) =>
    answered(action, event, context, async (logged) => {
      Object.assign(logged, { secret: signedWith });
      try {
        return await respond(await webhook.verify(event, context.awsRequestId));
      } catch (error) {
        if (error instanceof UnverifiedError) {
          Object.assign(logged, { outcome: error.message });
          return response(401, { message: REFUSAL });
        }
        if (error instanceof RepeatedError) {
          Object.assign(logged, { outcome: 'received before' });
          return response(200, {});
        }
        throw error;
      }
    });
}
