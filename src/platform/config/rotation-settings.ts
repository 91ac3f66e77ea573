import { z } from 'zod';
import { rotationLimits } from '../../core/rotation-limits.js';
import { webhookSettings } from './audit-settings.js';
import { egressSettings } from './egress-settings.js';

/** Rotation: whether runs are processed, where they may connect, who is notified. */
export const rotationSettings = z.strictObject({
  enabled: z.boolean().default(true),
  egress: egressSettings.prefault({}),
  notifications: z.array(webhookSettings).max(rotationLimits.notificationEndpointsMax).default([]),
});

export type RotationSettings = z.infer<typeof rotationSettings>;
