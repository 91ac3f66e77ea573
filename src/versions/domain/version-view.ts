import type { VersionAuthor } from '../../secrets/domain/secret-history.js';
import type { StringMap } from '../../secrets/domain/secret.js';
import { authorOf } from './attribution.js';
import type { VersionOrigin, VersionKey, VersionMetadata, VersionState } from './version.js';

/** Version as it is returned: nothing that could contain a value, and no MAC. */
export interface VersionView {
  readonly version: number;
  readonly state: VersionState;
  readonly aliases: readonly string[];
  /** RFC 3339. */
  readonly createdAt: string;
  readonly createdBy: VersionAuthor | null;
  readonly door: VersionOrigin;
  readonly reason: string | null;
  readonly auditId: string | null;
  readonly fieldManager: string | null;
  /** User who requested a rotation, or the author of its policy. */
  readonly onBehalfOf: string | null;
  /** Version that a restore brought back. */
  readonly restoredFrom: number | null;
  readonly type: string;
  readonly immutable: boolean;
  readonly labels: StringMap;
  readonly keys: readonly Omit<VersionKey, 'mac'>[];
  /** Whether states before it were missed. */
  readonly gap: boolean;
  /** Whether a rotation has ended the credential in it. */
  readonly retired: boolean;
  /** Time of its deletion or destruction; RFC 3339. */
  readonly endedAt: string | null;
}

/** Builds a view member by member, so that nothing else of a row can leave. */
export function toVersionView(
  row: VersionMetadata & { readonly aliases: readonly string[] },
): VersionView {
  const { attribution } = row;
  return {
    version: row.version,
    state: row.state,
    aliases: row.aliases,
    createdAt: new Date(row.createdMs).toISOString(),
    createdBy: authorOf(attribution),
    door: attribution.door,
    reason: attribution.reason ?? null,
    auditId: attribution.auditId ?? null,
    fieldManager: attribution.fieldManager ?? null,
    onBehalfOf: attribution.onBehalfOf ?? null,
    restoredFrom: attribution.restoredFrom ?? null,
    type: row.type,
    immutable: row.immutable,
    labels: row.labels,
    keys: row.keys.map(({ name, sizeBytes, version }) => ({ name, sizeBytes, version })),
    gap: row.isGap,
    retired: row.isRetired,
    endedAt: row.endedMs === undefined ? null : new Date(row.endedMs).toISOString(),
  };
}
