import { z } from 'zod';
import { outboundLimits } from '../../core/outbound-limits.js';
import { isAddressRange } from '../http/domain/address-ranges.js';
import { allowedHostProblem } from '../outbound/domain/egress-rules.js';

const range = z.string().refine(isAddressRange, 'neither an address nor a CIDR range');

const allowedHost = z.strictObject({
  /** Name, address, or `*.` and the end of names. */
  host: z.string().superRefine((host, context) => {
    const message = allowedHostProblem(host);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }),
  port: z.int().min(1).max(65_535).optional(),
  /** Ranges that its addresses must be in; these override denied ranges on purpose. */
  addresses: z.array(range).min(1).max(outboundLimits.allowedRangesMax).optional(),
});

/** Servers that a feature may connect to. */
export const egressSettings = z.strictObject({
  /** Only listed hosts are allowed. */
  allow: z.array(allowedHost).max(outboundLimits.allowedHostsMax).default([]),
  /** Ranges of services and nodes, in addition to loopback and link-local. */
  deny: z.array(range).max(outboundLimits.allowedRangesMax).default([]),
});

export type ConfiguredEgress = z.infer<typeof egressSettings>;
