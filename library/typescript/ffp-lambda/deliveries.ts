/** Deliveries of webhooks that were received: none has an effect twice, whoever sends it again. */
import { sql, type Session } from './database';
import { RepeatedError, type Delivery } from './webhook';

/**
 * Records the delivery in this session of this tenant; RepeatedError, which rolls it back, if it was there before.
 *
 * Await it before anything else in the session: what the session writes then happens once, also if two copies arrive
 * at the same time. A session that fails leaves no record, so that the sender's next try succeeds. `tenantId` must come
 * from the signed body. `eventId` is the sender's own id of the event, from the signed body, for senders that sign each
 * try anew, as Stripe does. The table `webhook_deliveries` (tenant_id, secret, delivery, received_at) is created by a
 * migration of the application.
 */
export async function once(session: Session, delivery: Delivery, tenantId: string, eventId?: string): Promise<void> {
  // One statement: of two transactions with one delivery the second waits for the first, and inserts only if it failed.
  const recorded = await session.run(sql`
    insert into webhook_deliveries (tenant_id, secret, delivery)
    values (${tenantId}, ${delivery.secret}, ${eventId || delivery.id})
    on conflict (tenant_id, secret, delivery) do nothing returning delivery`);
  if (!recorded.length) {
    throw new RepeatedError();
  }
}
