/** Whether the clinic is in an appointment's country. */
import { job } from 'ffp-lambda/job';

import type { Appointment } from '../../shared/appointment';

export const main = job('check-appointment')((appointment: Appointment) => ({
  accepted: ['CL', 'PE'].includes(appointment.country),
}));
