/** POST /api/appointments: stores an appointment and publishes it, for the consumer of its country. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { sql, tenantSession } from 'ffp-lambda/database';
import { variable } from 'ffp-lambda/environment';
import { FailedCallError, RefusalError } from 'ffp-lambda/errors';
import { endpoint, response } from 'ffp-lambda/http';

import { APPOINTMENT, type Appointment } from '../../shared/appointment';

const [functions, topics] = [new LambdaClient({}), new SNSClient({})];

export const main = endpoint('create-appointment', { roles: ['clerk'] })(async (request) => {
  const { data: appointment } = APPOINTMENT.safeParse(request.body().fields);
  if (!appointment) {
    throw new RefusalError(400, 'an appointment needs an insuredId, a scheduleId and a country');
  }
  if (!(await isAccepted(appointment))) {
    throw new RefusalError(422, 'the clinic is not in this country');
  }
  const { tenantId } = request.caller;
  const { insuredId, scheduleId, country } = appointment;
  const [written] = await tenantSession(tenantId, (session) =>
    session.run<{ appointmentId: string }>(sql`
      insert into appointments (insured_id, schedule_id, country) values (${insuredId}, ${scheduleId}, ${country})
      returning appointment_id as "appointmentId"`),
  );
  await topics.send(
    new PublishCommand({
      TopicArn: variable('APPOINTMENTS_TOPIC_ARN'),
      Message: JSON.stringify({ tenantId, ...written }), // nothing of the patient: a consumer reads the row
      MessageAttributes: { country: { DataType: 'String', StringValue: country } },
    }),
  );
  return response(201, written);
});

/** Asks another function of the clinic. */
async function isAccepted(appointment: Appointment): Promise<boolean> {
  const answer = await functions.send(
    new InvokeCommand({
      FunctionName: variable('CHECK_APPOINTMENT_FUNCTION_ARN'),
      Payload: Buffer.from(JSON.stringify(appointment)),
    }),
  );
  if (answer.FunctionError) {
    throw new FailedCallError('the check failed');
  }
  return JSON.parse(Buffer.from(answer.Payload ?? []).toString()).accepted;
}
