/** What an appointment is, for whoever makes, checks or stores one. */
import { z } from 'zod';

export const APPOINTMENT = z.object({
  insuredId: z.string().regex(/^\d{5}$/),
  scheduleId: z.int().min(1).max(9999),
  country: z.string().length(2),
});
export type Appointment = z.infer<typeof APPOINTMENT>;
