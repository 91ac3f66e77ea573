import { z } from 'zod';

const pinsSchema = z.strictObject({
  secretUID: z.string().optional(),
  consumers: z.record(z.string(), z.strictObject({ namespaceUID: z.string(), sinceMs: z.int() })),
});

/**
 * Uids that a share has used, as recorded in the database: a namespace or a Secret that is
 * recreated under its name is another one.
 */
export type SharePins = z.output<typeof pinsSchema>;

export const noPins: SharePins = { consumers: {} };

/** Returns the recorded uids. Throws if they are no uids. */
export function parsePins(facts: Readonly<Record<string, unknown>> | null | undefined): SharePins {
  return facts ? pinsSchema.parse(facts) : noPins;
}

/** Returns the uids after a use of the Secret by a namespace. */
export function pinsAfter(
  pins: SharePins,
  use: {
    readonly secretUID: string;
    readonly namespace: string;
    readonly namespaceUID: string;
    readonly nowMs: number;
  },
): SharePins {
  const { secretUID, namespace, namespaceUID, nowMs } = use;
  const known = pins.consumers[namespace];
  if (pins.secretUID === secretUID && known?.namespaceUID === namespaceUID) return pins;
  const consumer = known?.namespaceUID === namespaceUID ? known : { namespaceUID, sinceMs: nowMs };
  return { secretUID, consumers: { ...pins.consumers, [namespace]: consumer } };
}
