import { z } from 'zod';
import { egressSettings } from './egress-settings.js';

/** Syncs with other stores: whether they run, and where they may connect. */
export const syncSettings = z.strictObject({
  enabled: z.boolean().default(true),
  egress: egressSettings.prefault({}),
});
