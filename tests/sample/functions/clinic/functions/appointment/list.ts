/** GET /api/appointments/{insuredId}: the appointments of one insured person. */
import { sql, tenantSession } from 'ffp-lambda/database';
import { RefusalError } from 'ffp-lambda/errors';
import { endpoint, response } from 'ffp-lambda/http';

import { APPOINTMENT } from '../../shared/appointment';

export const main = endpoint('list-appointments')(async (request) => {
  const { data: insuredId } = APPOINTMENT.shape.insuredId.safeParse(request.path('insuredId'));
  if (!insuredId) {
    throw new RefusalError(400, 'insuredId must be five digits');
  }
  const appointments = await tenantSession(request.caller.tenantId, (session) =>
    session.run(sql`
      select appointment_id as "appointmentId", schedule_id as "scheduleId", country, status, created_at as "createdAt"
      from appointments where insured_id = ${insuredId} order by created_at limit ${request.pageSize()}`),
  );
  return response(200, { appointments });
});
