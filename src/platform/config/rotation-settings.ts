import { z } from 'zod';
import { rotationLimits } from '../../core/rotation-limits.js';
import { isAddressRange } from '../http/domain/address-ranges.js';
import { allowedHostProblem } from '../outbound/domain/egress-rules.js';
import { webhookSettings } from './audit-settings.js';

const range = z.string().refine(isAddressRange, 'neither an address nor a CIDR range');

const allowedHost = z.strictObject({
  /** Name, address, or `*.` and the end of names. */
  host: z.string().superRefine((host, context) => {
    const message = allowedHostProblem(host);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }),
  port: z.int().min(1).max(65_535).optional(),
  /** Ranges that its addresses must be in; these override denied ranges on purpose. */
  addresses: z.array(range).min(1).max(rotationLimits.egressRangesMax).optional(),
});

/** Rotation: whether runs are processed, where they may connect, who is notified. */
export const rotationSettings = z.strictObject({
  enabled: z.boolean().default(true),
  egress: z
    .strictObject({
      /** Only listed hosts are allowed. */
      allow: z.array(allowedHost).max(rotationLimits.egressHostsMax).default([]),
      /** Ranges of services and nodes, in addition to loopback and link-local. */
      deny: z.array(range).max(rotationLimits.egressRangesMax).default([]),
    })
    .prefault({}),
  notifications: z.array(webhookSettings).max(rotationLimits.notificationEndpointsMax).default([]),
});

export type RotationSettings = z.infer<typeof rotationSettings>;
