import type { ExpressionBuilder, Selectable } from 'kysely';
import type {
  SecretHistoryTable,
  SecretVersionTable,
} from '../../platform/storage/versions-schema.js';
import type { HistoryMarks, PlannedVersion } from '../domain/plan-record.js';
import type {
  Attribution,
  ComparedVersion,
  History,
  SealedPayload,
  VersionAnnotation,
  VersionOrigin,
  VersionKey,
  VersionMetadata,
} from '../domain/version.js';
import type { NewVersion } from '../domain/versions.store.js';
import type { StringMap } from '../../secrets/domain/secret.js';

export type HistoryRow = Selectable<SecretHistoryTable>;
export type VersionRow = Selectable<SecretVersionTable>;

interface ExcludedHistory {
  excluded: SecretHistoryTable;
}

/** Size of a version's row without its texts, with its part of the indexes. */
const ROW_BYTES = 512;

export function historyOf(row: HistoryRow): History {
  return {
    id: row.id,
    namespaceUid: row.namespace_uid,
    namespace: row.namespace,
    name: row.name,
    lastVersion: row.last_version,
    currentVersion: row.current_version ?? undefined,
    previousVersion: row.previous_version ?? undefined,
    pendingVersion: row.pending_version ?? undefined,
    secretUid: row.secret_uid,
    resourceVersion: row.resource_version,
    deletedMs: row.deleted_ms ?? undefined,
  };
}

export function marksOf(row: HistoryRow): HistoryMarks {
  return {
    ...historyOf(row),
    pruned: {
      version: row.pruned_version ?? undefined,
      secretUid: row.pruned_uid ?? undefined,
      resourceVersion: row.pruned_resource_version ?? undefined,
    },
    missedResourceVersion: row.missed_resource_version ?? undefined,
  };
}

/** Returns the columns of a history that change. */
export function markColumns(marks: HistoryMarks) {
  return {
    last_version: marks.lastVersion,
    current_version: marks.currentVersion ?? null,
    previous_version: marks.previousVersion ?? null,
    pending_version: marks.pendingVersion ?? null,
    secret_uid: marks.secretUid,
    resource_version: marks.resourceVersion,
    deleted_ms: marks.deletedMs ?? null,
    pruned_version: marks.pruned.version ?? null,
    pruned_uid: marks.pruned.secretUid ?? null,
    pruned_resource_version: marks.pruned.resourceVersion ?? null,
    missed_resource_version: marks.missedResourceVersion ?? null,
  };
}

/** Returns the marks and seal of a row that conflicts with an existing row. */
export function excludedMarks(eb: ExpressionBuilder<ExcludedHistory, 'excluded'>) {
  return {
    last_version: eb.ref('excluded.last_version'),
    current_version: eb.ref('excluded.current_version'),
    previous_version: eb.ref('excluded.previous_version'),
    pending_version: eb.ref('excluded.pending_version'),
    secret_uid: eb.ref('excluded.secret_uid'),
    resource_version: eb.ref('excluded.resource_version'),
    deleted_ms: eb.ref('excluded.deleted_ms'),
    pruned_version: eb.ref('excluded.pruned_version'),
    pruned_uid: eb.ref('excluded.pruned_uid'),
    pruned_resource_version: eb.ref('excluded.pruned_resource_version'),
    missed_resource_version: eb.ref('excluded.missed_resource_version'),
    digest: eb.ref('excluded.digest'),
    mac: eb.ref('excluded.mac'),
  } satisfies Record<keyof ReturnType<typeof markColumns> | 'digest' | 'mac', unknown>;
}

export function versionColumns({ made, sinceMs, untilMs, isGap }: PlannedVersion, isHeld: boolean) {
  const { labels, keys, annotations } = textsOf(made);
  return {
    version: made.version,
    namespace_uid: made.history.namespaceUid,
    state: 'live' as const,
    held: isHeld ? 1 : 0,
    secret_uid: made.secretUid,
    resource_version: made.resourceVersion,
    type: made.type,
    immutable: made.immutable ? 1 : 0,
    labels,
    keys,
    annotations,
    ...attributionColumns(made.attribution),
    is_gap: isGap ? 1 : 0,
    is_retired: 0,
    created_ms: made.createdMs,
    ended_ms: null,
    since_ms: sinceMs ?? null,
    until_ms: untilMs ?? null,
    bytes: versionBytes(made),
    fingerprint: made.fingerprint,
  };
}

function textsOf({ labels, keys, annotations }: NewVersion) {
  return {
    labels: JSON.stringify(labels),
    keys: JSON.stringify(keys),
    annotations: JSON.stringify(annotations),
  };
}

/** Returns the size of a version, with its row. */
export function versionBytes(made: NewVersion): number {
  const { ciphertext, wrappedKey } = made.payload;
  return metadataBytes(textsOf(made)) + ciphertext.byteLength + wrappedKey.byteLength;
}

/** Returns the size of a version without its payload. */
export function metadataBytes(row: Pick<VersionRow, 'labels' | 'keys' | 'annotations'>): number {
  const texts = [row.labels, row.keys, row.annotations];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), ROW_BYTES);
}

export function attributionColumns(attribution: Attribution) {
  return {
    door: attribution.door,
    username: attribution.username ?? null,
    user_kind: attribution.kind ?? null,
    credential_id: attribution.credentialId ?? null,
    reason: attribution.reason ?? null,
    audit_id: attribution.auditId ?? null,
    field_manager: attribution.fieldManager ?? null,
    on_behalf_of: attribution.onBehalfOf ?? null,
    restored_from: attribution.restoredFrom ?? null,
  };
}

export type AttributionColumns = Pick<VersionRow, keyof ReturnType<typeof attributionColumns>>;

/** Returns the attribution. The transport is known: only `attributionColumns` writes it. */
export function attributionOf(row: AttributionColumns): Attribution {
  return {
    door: row.door as VersionOrigin,
    ...(row.username !== null && { username: row.username }),
    ...(row.user_kind !== null && { kind: row.user_kind }),
    ...(row.credential_id !== null && { credentialId: row.credential_id }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.audit_id !== null && { auditId: row.audit_id }),
    ...(row.field_manager !== null && { fieldManager: row.field_manager }),
    ...(row.on_behalf_of !== null && { onBehalfOf: row.on_behalf_of }),
    ...(row.restored_from !== null && { restoredFrom: row.restored_from }),
  };
}

/** Parses JSON that the gateway made from these types. */
export function keysOf(row: Pick<VersionRow, 'keys'>): readonly VersionKey[] {
  return JSON.parse(row.keys) as VersionKey[];
}

/** Columns that `metadataOf` needs. */
export const METADATA_COLUMNS = [
  'version',
  'state',
  'secret_uid',
  'resource_version',
  'type',
  'immutable',
  'labels',
  'keys',
  'door',
  'username',
  'user_kind',
  'credential_id',
  'reason',
  'audit_id',
  'field_manager',
  'on_behalf_of',
  'restored_from',
  'is_gap',
  'is_retired',
  'created_ms',
  'ended_ms',
] as const satisfies readonly (keyof VersionRow)[];

/** Columns that the MACs of a version cover, and the MACs. */
export const SEALED_COLUMNS = [
  ...METADATA_COLUMNS,
  'namespace_uid',
  'annotations',
  'fingerprint',
  'held',
  'since_ms',
  'until_ms',
  'mac',
  'state_mac',
] as const satisfies readonly (keyof VersionRow)[];

export type MetadataRow = Pick<VersionRow, (typeof METADATA_COLUMNS)[number]>;

export function metadataOf(row: MetadataRow): VersionMetadata {
  return {
    version: row.version,
    state: row.state,
    secretUid: row.secret_uid,
    resourceVersion: row.resource_version,
    type: row.type,
    immutable: row.immutable === 1,
    labels: JSON.parse(row.labels) as StringMap,
    keys: keysOf(row),
    attribution: attributionOf(row),
    isGap: row.is_gap === 1,
    isRetired: row.is_retired === 1,
    createdMs: row.created_ms,
    endedMs: row.ended_ms ?? undefined,
  };
}

/** Parses JSON that the gateway made from these types. */
export function comparedOf(row: MetadataRow & Pick<VersionRow, 'annotations'>): ComparedVersion {
  return { ...metadataOf(row), annotations: JSON.parse(row.annotations) as VersionAnnotation[] };
}

/** Returns the payload; undefined if it was destroyed. */
export function payloadOf(row: {
  readonly key_id: string | null;
  readonly wrapped_key: Uint8Array | null;
  readonly ciphertext: Uint8Array | null;
}): SealedPayload | undefined {
  const { key_id: keyId, wrapped_key: wrappedKey, ciphertext } = row;
  if (keyId === null || wrappedKey === null || ciphertext === null) return undefined;
  return { keyId, wrappedKey, ciphertext };
}
