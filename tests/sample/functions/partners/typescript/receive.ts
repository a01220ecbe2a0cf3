/** Takes what three partners send, each in its form, and answers with what their signatures vouch for. */
import { response, type Response } from 'ffp-lambda/http';
import { GITHUB, STANDARD, STRIPE, receiver, type Delivery } from 'ffp-lambda/webhook';

export const standard = receiver('receive-standard', { signedWith: 'standard', form: STANDARD })(told);
export const stripe = receiver('receive-stripe', { signedWith: 'stripe', form: STRIPE })(told);
export const github = receiver('receive-github', { signedWith: 'github', form: GITHUB })(told);

function told(delivery: Delivery): Response {
  const content = delivery.content.toString('base64');
  return response(202, { id: delivery.id, secret: delivery.secret, content });
}
