/** Receivers of webhooks as a test describes them; `partners.py` makes the same ones in Python. */
import { response, type Handler, type Response } from 'ffp-lambda/http';
import { GITHUB, receiver, STANDARD, standard, STRIPE, type Form } from 'ffp-lambda/webhook';

/** What a test asks for. A receiver with the same number is the same one, as in one execution environment. */
export interface Described {
  readonly number: number;
  readonly form: 'standard' | 'svix' | 'stripe' | 'github';
  readonly does: 'takes' | 'reads' | 'fails';
  readonly maximumBytes?: number;
}

const FORMS = { standard: STANDARD, svix: standard('svix'), stripe: STRIPE, github: GITHUB };
const receivers = new Map<number, Handler<unknown, Response>>();

export function receiverOf(described: Described): Handler<unknown, Response> {
  const known = receivers.get(described.number) ?? made(described);
  receivers.set(described.number, known);
  return known;
}

function made({ form: name, does, maximumBytes }: Described): Handler<unknown, Response> {
  let digests = 0;
  const form: Form = { ...FORMS[name], write: (digest) => ((digests += 1), FORMS[name].write(digest)) };
  const limit = maximumBytes === undefined ? {} : { maximumBytes };
  return receiver('hear-partner', { signedWith: 'partner', form, ...limit })((delivery) => {
    if (does === 'fails') {
      throw new RangeError(delivery.content.toString());
    }
    return does === 'reads'
      ? response(200, delivery.body().fields)
      : response(202, { id: delivery.id, content: delivery.content.toString('base64'), digests });
  });
}
