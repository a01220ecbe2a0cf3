/** Stores the appointments of one country where that country keeps them, and says so on the clinic's bus. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { sql, tenantSession } from 'ffp-lambda/database';
import { variable } from 'ffp-lambda/environment';
import { FailedCallError } from 'ffp-lambda/errors';
import { consumer } from 'ffp-lambda/queue';

const events = new EventBridgeClient({});

export const main = consumer('store-appointment')(async (message) => {
  const [country, { tenantId }] = [variable('COUNTRY'), message];
  const appointmentId = message.body().uuid('appointmentId') ?? null;
  await tenantSession(tenantId, (session) =>
    session.run(sql`
      insert into appointments_of_countries (appointment_id, country, schedule_id)
      select appointment_id, ${country}, schedule_id from appointments where appointment_id = ${appointmentId}
      on conflict (tenant_id, appointment_id, country) do nothing`),
  );
  const answer = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: variable('CLINIC_BUS_NAME'),
          Source: 'clinic.appointments',
          DetailType: 'AppointmentProcessed',
          Detail: JSON.stringify({ tenantId, appointmentId }),
        },
      ],
    }),
  );
  if (answer.FailedEntryCount) {
    throw new FailedCallError('the event was refused');
  }
});
