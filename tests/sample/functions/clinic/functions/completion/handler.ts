/** Marks the appointment of an event as completed. */
import { sql, tenantSession } from 'ffp-lambda/database';
import { FailedCallError } from 'ffp-lambda/errors';
import { consumer } from 'ffp-lambda/queue';

export const main = consumer('complete-appointment')(async (message) => {
  const appointmentId = message.body().object('detail').uuid('appointmentId') ?? null;
  const completed = await tenantSession(message.tenantId, (session) =>
    session.run(sql`
      update appointments set status = 'completed' where appointment_id = ${appointmentId} returning appointment_id`),
  );
  if (!completed.length) {
    throw new FailedCallError('there is no such appointment');
  }
});
