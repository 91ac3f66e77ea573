import { z } from 'zod';
import { hashOf } from '../../custom-resources/domain/spec-hash.js';
import { providerPlace } from './provider-place.js';
import type { PendingWrite } from './remote-store.js';
import type { StoreSpec } from './store-spec.js';
import type { Remembered } from './sync-memory.js';
import { remoteOf, type SyncedKey, type SyncSpec } from './sync-spec.js';

const pendingShape = { expectedVersion: z.string().optional(), idempotencyToken: z.string() };

const recordSchema = z.strictObject({
  /** Hash of the place that the fingerprints are about. */
  place: z.string(),
  /** Keys with the keyed fingerprints of the last common values. A record has no `__proto__`. */
  base: z.array(z.tuple([z.string(), z.string()])),
  /** Keys that one side has lost, and since when a process knows that by its own clock. */
  lostKeys: z
    .array(
      z.strictObject({
        key: z.string(),
        side: z.enum(['cluster', 'store']),
        observer: z.string(),
        sinceMs: z.number(),
      }),
    )
    .optional(),
  /** Keys by the time of day, as earlier versions have saved them: not used any more. */
  lost: z.array(z.unknown()).optional(),
  /** State of the store that was seen last. */
  storeState: z
    .strictObject({
      version: z.string(),
      changedAt: z.string().optional(),
      keyTimes: z.array(z.tuple([z.string(), z.string()])).optional(),
    })
    .optional(),
  /** Version of the store that the last write has replaced. */
  replaced: z.string().optional(),
  /** Values that were about to be written: key, side and fingerprint; null: a removal. */
  intended: z
    .array(z.tuple([z.string(), z.enum(['cluster', 'store']), z.string().nullable()]))
    .optional(),
  /** Secrets whose values a pull has brought. */
  origins: z.array(z.string()).optional(),
  /** Write of which it is not known what it has overwritten. */
  pending: z
    .strictObject({
      ...pendingShape,
      keys: z.array(z.strictObject({ ...pendingShape, key: z.string() })).optional(),
    })
    .optional(),
  /** Uid of the sync whose secret was taken over. */
  tookOver: z.string().optional(),
  /** The sync: its record is removed once the cluster does not have it any more. */
  sync: z.strictObject({ namespace: z.string(), name: z.string() }).optional(),
  /** Another text at each save: of two processes that have read the same record, one saves. */
  saved: z.string().optional(),
});

/** Memory of a sync, as recorded in the database. It has fingerprints, and no value. */
export type SyncRecord = z.output<typeof recordSchema>;
type IntendedRow = NonNullable<SyncRecord['intended']>[number];

/** Returns what a record remembers. */
export function rememberedIn({ base, lostKeys: lost = [], ...record }: SyncRecord): Remembered {
  const { storeState, replaced, pending, tookOver, origins = [], intended = [] } = record;
  return {
    ...{ base: new Map(base), replaced, origins },
    intended: intended.map(([key, side, fingerprint]) => {
      return { key, side, fingerprint: fingerprint ?? undefined };
    }),
    pending: pending && pendingIn(pending),
    lost,
    storeState: storeState && storeStateIn(storeState),
    ...(tookOver !== undefined && { tookOver }),
  };
}

function storeStateIn({ keyTimes, ...state }: NonNullable<SyncRecord['storeState']>) {
  const known = { changedAt: undefined, ...state };
  return keyTimes === undefined ? known : { ...known, keyTimes: new Map(keyTimes) };
}

function pendingIn({ keys, ...whole }: NonNullable<SyncRecord['pending']>): PendingWrite {
  const pending = { expectedVersion: undefined, ...whole };
  if (keys === undefined) return pending;
  return { ...pending, keys: keys.map((key) => ({ expectedVersion: undefined, ...key })) };
}

/** Returns the record of a memory. */
export function recordOf(
  { base = new Map(), lost, origins, intended, pending, storeState, ...remembered }: Remembered,
  of: Required<Pick<SyncRecord, 'place' | 'saved' | 'sync'>>,
): SyncRecord {
  const intentions = intended.map(({ key, side, fingerprint }): IntendedRow => {
    return [key, side, fingerprint ?? null];
  });
  const lists = {
    base: [...base],
    lostKeys: [...lost],
    intended: intentions,
    origins: [...origins],
  };
  const written = pending && { ...pending, keys: pending.keys && [...pending.keys] };
  const times = storeState?.keyTimes && [...storeState.keyTimes];
  const seen = storeState && { ...storeState, keyTimes: times };
  return { ...of, ...remembered, ...lists, pending: written, storeState: seen };
}

/** Returns a recorded memory; undefined if there is none. Throws if the facts are others. */
export function parseSyncRecord(
  facts: Readonly<Record<string, unknown>> | null | undefined,
): SyncRecord | undefined {
  return facts ? recordSchema.parse(facts) : undefined;
}

/** Place of a secret in a store, and the Secret that it is in sync with. */
export interface SyncPlace {
  readonly store: StoreSpec;
  readonly storeUid: string;
  /** Name in the store, with its prefix. */
  readonly remoteName: string;
  readonly format: SyncSpec['remote']['format'];
  readonly secretName: string;
  /** Keys that are synced; undefined: all. */
  readonly keys: readonly SyncedKey[] | undefined;
}

/**
 * Returns a hash of a place: with another place, nothing follows from the last common values. Keys
 * with other names in the store are other places. How the gateway authenticates does not matter, as
 * far as it does not choose the account.
 */
export function placeHash(of: SyncPlace): string {
  const { store, storeUid, remoteName, format, secretName, keys } = of;
  const renamed = (keys ?? [])
    .map((key) => [key.name, remoteOf(key)] as const)
    .filter(([name, remote]) => name !== remote);
  const place = { ...providerPlace(store), storeUid, remoteName, secretName };
  // Places in the first format were hashed before there was a second one.
  const other = format === 'json' ? {} : { format };
  return hashOf({ ...place, ...other, renamed: Object.fromEntries(renamed) });
}
