/**
 * How senders of webhooks sign: where the signature stands, what it covers, and how the secret becomes a key.
 *
 * All of them use HMAC-SHA256 over the body as it arrived. With a time in what is signed, an old request can be refused.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

import { property } from './tenant';

/** Anybody could try all shorter keys, and sign with an empty one. */
export const SHORTEST_KEY_BYTES = 16;

const TIME = /^[0-9]{1,12}$/;
// Without a full stop, which separates the id from the time: nobody can move the border between them.
const ID = /^[A-Za-z0-9_:/+=-]{1,200}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** What a request says of itself, before anything is verified. */
export interface Claim {
  /** What the signature must cover. */
  readonly signed: Uint8Array;
  /** As they are written; one that matches is enough. */
  readonly signatures: readonly string[];
  /** Unix time; absent if the signature covers no time. */
  readonly sentAt?: number;
  /** The sender's own id, if the signature covers one. */
  readonly id?: string;
}

/** One way to sign. */
export interface Form {
  /** From headers and body; undefined if one is not as it must be. */
  readonly claim: (headers: unknown, body: Uint8Array) => Claim | undefined;
  /** The key that a secret stands for; undefined if it stands for none. */
  readonly key: (secret: string) => Uint8Array | undefined;
  /** How a signature is written. */
  readonly write: (digest: Buffer) => string;
}

/** Whether one of the signatures is by one of the keys. Each comparison takes the same time. */
export function isSigned(form: Form, claim: Claim, keys: readonly Uint8Array[]): boolean {
  const expected = keys.map((key) => Buffer.from(form.write(createHmac('sha256', key).update(claim.signed).digest())));
  const claimed = claim.signatures.map((each) => Buffer.from(each));
  return expected.some((one) => claimed.some((other) => one.length === other.length && timingSafeEqual(one, other)));
}

/**
 * Standard Webhooks, as many senders use it: `<prefix>-id`, `-timestamp` and `-signature`; id and time are signed.
 *
 * The secret is base64, with or without `whsec_`. Svix's customers have the prefix `svix`.
 */
export function standard(prefix = 'webhook'): Form {
  return {
    claim: (headers, body) => {
      const [id, time, signatures] = [
        header(headers, `${prefix}-id`),
        header(headers, `${prefix}-timestamp`),
        header(headers, `${prefix}-signature`),
      ];
      if (!ID.test(id) || !TIME.test(time)) {
        return undefined;
      }
      // Other versions of signatures, such as v1a, may stand beside ours.
      const ours = signatures.split(' ').filter((each) => each.startsWith('v1,'));
      return {
        signed: Buffer.concat([Buffer.from(`${id}.${time}.`), body]),
        signatures: ours.map((each) => each.slice('v1,'.length)),
        sentAt: Number(time),
        id,
      };
    },
    key: (secret) => fromBase64(withoutPrefix(secret, 'whsec_')),
    write: (digest) => digest.toString('base64'),
  };
}

/** One header with `t=<Unix time>,v1=<hexadecimal>`, as Stripe's; the time is signed before the body. */
export function timed(name: string): Form {
  return {
    claim: (headers, body) => {
      const parts = header(headers, name).split(',');
      const values = (wanted: string) =>
        parts.filter((each) => each.startsWith(`${wanted}=`)).map((each) => each.slice(wanted.length + 1));
      const [time, another] = values('t');
      if (time === undefined || another !== undefined || !TIME.test(time)) {
        return undefined;
      }
      const signed = Buffer.concat([Buffer.from(`${time}.`), body]);
      return { signed, signatures: values('v1'), sentAt: Number(time) };
    },
    key: (secret) => Buffer.from(secret),
    write: hexadecimal,
  };
}

/**
 * One header with the body's signature in hexadecimal after `prefix`, as GitHub's: it covers neither time nor id.
 *
 * An old request cannot be told from a new one, so only `once` refuses its repetition.
 */
export function untimed(name: string, prefix = ''): Form {
  return {
    claim: (headers, body) => {
      const value = header(headers, name);
      return value && value.startsWith(prefix) ? { signed: body, signatures: [value.slice(prefix.length)] } : undefined;
    },
    key: (secret) => Buffer.from(secret),
    write: hexadecimal,
  };
}

/** As Standard Webhooks describe it. */
export const STANDARD = standard();
/** As Stripe signs. */
export const STRIPE = timed('stripe-signature');
/** As GitHub signs. */
export const GITHUB = untimed('x-hub-signature-256', 'sha256=');

/** The keys of those secrets that stand for one of sufficient length. */
export function keysOf(form: Form, secrets: readonly string[]): Uint8Array[] {
  return secrets.flatMap((secret) => {
    const key = form.key(secret);
    return key && key.length >= SHORTEST_KEY_BYTES ? [key] : [];
  });
}

/** The bytes that base64 with its padding stands for; undefined for what is anything else. */
export function fromBase64(text: string): Buffer | undefined {
  return text.length % 4 === 0 && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** A header's text, empty if it is missing. API Gateway writes names in small letters and joins repeated ones. */
function header(headers: unknown, name: string): string {
  const value = property(headers, name);
  return typeof value === 'string' ? value : '';
}

function hexadecimal(digest: Buffer): string {
  return digest.toString('hex');
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
