import { z } from 'zod';
import type { KnownAuthor } from '../../custom-resources/domain/author.js';

const consumerSchema = z.strictObject({
  namespaceUID: z.string(),
  sinceMs: z.int(),
  /** Absent in rows of uses that no read has followed, and in former rows. */
  lastReadMs: z.int().optional(),
  /** Version of the Secret that the last read returned; absent if history did not know it. */
  version: z.int().optional(),
  /** Whether the share was revoked for the namespace, which is final. */
  revoked: z.boolean().optional(),
});

const authorSchema = z.strictObject({
  username: z.string(),
  uid: z.string(),
  groups: z.array(z.string()),
  extra: z.record(z.string(), z.array(z.string())),
});

/** Facts that the deletion of a share needs, whose object is then gone. */
const endingSchema = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  secretName: z.string(),
  author: authorSchema,
});

const pinsSchema = z.strictObject({
  secretUID: z.string().optional(),
  consumers: z.record(z.string(), consumerSchema),
  /** Runs of the rotation of the Secret, by the end that started each. */
  rotations: z.record(z.string(), z.string()).optional(),
  /** Absent: nothing. */
  onDelete: endingSchema.optional(),
});

/**
 * Uids that a share has used, as recorded in the database: a namespace or a Secret that is
 * recreated under its name is another one. With each namespace, when it read last. Also what the
 * end of the share has started.
 */
export type SharePins = z.output<typeof pinsSchema>;
export type ShareEnding = z.output<typeof endingSchema>;

export const noPins: SharePins = { consumers: {} };

/** Read of values of a share by a namespace. */
export interface ShareRead {
  readonly namespace: string;
  readonly namespaceUID: string;
  readonly atMs: number;
  readonly version: number | undefined;
}

/** Returns what the deletion of a share must begin: nothing unless its spec says so. */
export function endingOf(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { onRevoke, secretName }: { readonly onRevoke: string; readonly secretName: string },
  author: KnownAuthor | undefined,
): ShareEnding | undefined {
  if (onRevoke !== 'rotate' || author === undefined) return undefined;
  const { username, uid, groups, extra } = author;
  const copied: Record<string, string[]> = {};
  for (const [key, list] of Object.entries(extra)) copied[key] = [...list];
  const known = { username, uid, groups: [...groups], extra: copied };
  return { namespace, name, secretName, author: known };
}

/** Returns the recorded uids. Throws if they are no uids. */
export function parsePins(facts: Readonly<Record<string, unknown>> | null | undefined): SharePins {
  return facts ? pinsSchema.parse(facts) : noPins;
}

/** Use of a share by a namespace. */
export interface ShareUse {
  readonly secretUID: string;
  readonly namespace: string;
  readonly namespaceUID: string;
}

/** Returns the uids after a use of the Secret by a namespace. */
export function pinsAfter(pins: SharePins, use: ShareUse & { readonly nowMs: number }): SharePins {
  const { secretUID, namespace, namespaceUID, nowMs } = use;
  const known = pins.consumers[namespace];
  if (pins.secretUID === secretUID && known?.namespaceUID === namespaceUID) return pins;
  const consumer = known?.namespaceUID === namespaceUID ? known : { namespaceUID, sinceMs: nowMs };
  return { ...pins, secretUID, consumers: { ...pins.consumers, [namespace]: consumer } };
}

/**
 * Reports whether a use can be recorded that was decided by former uids: since then, only other
 * namespaces have begun to use the share, or have read.
 */
export function isUseUndisturbed(before: SharePins, now: SharePins, use: ShareUse): boolean {
  const { secretUID, namespace, namespaceUID } = use;
  const former = before.consumers[namespace];
  const present = now.consumers[namespace];
  const isSecretKnown = now.secretUID === before.secretUID || now.secretUID === secretUID;
  const isNamespaceKnown =
    present?.namespaceUID === former?.namespaceUID || present?.namespaceUID === namespaceUID;
  return isSecretKnown && isNamespaceKnown && present?.revoked === former?.revoked;
}

/**
 * Returns the uids with the last reads of their namespaces; the same object if none is later than
 * what is recorded. A read by a namespace that was recreated meanwhile is left out.
 */
export function pinsAfterReads(pins: SharePins, reads: readonly ShareRead[]): SharePins {
  const later = reads.flatMap(({ namespace, namespaceUID, atMs, version }) => {
    const known = pins.consumers[namespace];
    if (known?.namespaceUID !== namespaceUID || (known.lastReadMs ?? -1) >= atMs) return [];
    const { version: _, ...rest } = known;
    const read = { ...rest, lastReadMs: atMs };
    return [[namespace, version === undefined ? read : { ...read, version }] as const];
  });
  if (later.length === 0) return pins;
  return { ...pins, consumers: { ...pins.consumers, ...Object.fromEntries(later) } };
}

/**
 * Returns the uids with the revocations of a spec; the same object if all are recorded. A namespace
 * that is removed from the spec and added again is still revoked.
 */
export function pinsAfterRevocations(
  pins: SharePins,
  to: readonly { readonly namespace: string; readonly revoked: boolean }[],
): SharePins {
  const revoked = to.flatMap(({ namespace, revoked: isRevoked }) => {
    const known = pins.consumers[namespace];
    if (!isRevoked || known === undefined || known.revoked === true) return [];
    return [[namespace, { ...known, revoked: true }] as const];
  });
  if (revoked.length === 0) return pins;
  return { ...pins, consumers: { ...pins.consumers, ...Object.fromEntries(revoked) } };
}
