import type { ParsedImport } from './import-spec.js';
import { messageOf, reasonOf } from '../../custom-resources/domain/status-condition.js';
import type { SharePins } from './share-pins.js';
import type { ParsedShare, ShareSpec } from './share-spec.js';

export type ShareStateName = 'Active' | 'Suspended' | 'Expired' | 'Revoked';
export type ImportStateName = 'Ready' | 'NotGranted';

/** Namespace that has used a share. */
export interface ShareConsumerView {
  readonly namespace: string;
  readonly namespaceUID: string;
  /** RFC 3339: the first use. */
  readonly since: string;
  /** RFC 3339: when the namespace last read values; null if that is not recorded. */
  readonly lastRead: string | null;
  /** Version of the Secret that this read returned; null if history does not know it. */
  readonly version: number | null;
  /** Imports of the namespace that name the share. */
  readonly imports: number;
}

/** Share as its owner sees it: the spec, and how it stands. */
export interface ShareView {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly readOnly: {
    /** User name; null: nobody is known to have written the spec. */
    readonly author: string | null;
    readonly state: ShareStateName;
    /** Why the share does not deliver, if it does not. */
    readonly reason: string | null;
    readonly consumers: readonly ShareConsumerView[];
  };
  readonly etag: string;
}

/** Import as its namespace sees it. */
export interface ImportView {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly readOnly: {
    /** User name; null: nobody is known to have written the spec. */
    readonly author: string | null;
    readonly state: ImportStateName;
    /** How the copy stands; null without a target, and before the first look. */
    readonly copy: CopyView | null;
  };
  readonly etag: string;
}

/** Copy of an import, as its status states. */
export interface CopyView {
  /** `Delivered`, or why the copy does not have all values. */
  readonly reason: string;
  readonly message: string;
  /** Version of the shared Secret that was delivered last. */
  readonly version: number | null;
  /** RFC 3339: when the copy was written last. */
  readonly deliveredAt: string | null;
}

/** Members of a read body that a write ignores. */
export const shareReadOnly = ['name', 'author', 'state', 'reason', 'consumers'] as const;
export const importReadOnly = ['name', 'author', 'state', 'copy'] as const;

/** Returns how the copy of an import stands, by the status that the gateway has written. */
export function copyViewOf({
  object: { status },
  spec,
}: Pick<ParsedImport, 'object' | 'spec'>): CopyView | null {
  const reason = reasonOf(status);
  if (spec?.target === undefined || reason === undefined) return null;
  const { version, deliveredTime } = status;
  return {
    reason,
    message: messageOf(status),
    version: typeof version === 'number' ? version : null,
    deliveredAt: typeof deliveredTime === 'string' ? deliveredTime : null,
  };
}

/** Returns the state of a share, and why it does not deliver. */
export function stateOf(
  { object, spec, problem: broken }: ParsedShare,
  problem: { readonly reason: string } | undefined,
  nowMs: number,
): { readonly state: ShareStateName; readonly reason: string | null } {
  if (spec === undefined) return { state: 'Suspended', reason: broken ?? 'Invalid' };
  if (spec.revoked || object.isBeingDeleted) return { state: 'Revoked', reason: 'Revoked' };
  if (isOver(spec, nowMs)) return { state: 'Expired', reason: 'Expired' };
  if (problem === undefined) return { state: 'Active', reason: null };
  const isLost = problem.reason === 'AuthorForbidden';
  return { state: 'Suspended', reason: isLost ? 'AuthorLostRight' : problem.reason };
}

/** Returns the namespaces that have used a share of these imports, in the order of their names. */
export function consumersOf(
  { consumers }: SharePins,
  imports: Iterable<{ readonly namespace: string }>,
): readonly ShareConsumerView[] {
  const counted = Map.groupBy(imports, ({ namespace }) => namespace);
  return Object.entries(consumers)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([namespace, { namespaceUID, sinceMs, lastReadMs, version = null }]) => ({
      namespace,
      namespaceUID,
      since: new Date(sinceMs).toISOString(),
      lastRead: lastReadMs === undefined ? null : new Date(lastReadMs).toISOString(),
      version,
      imports: counted.get(namespace)?.length ?? 0,
    }));
}

/** Returns a spec after the end of a share for one namespace, or for all. */
export function revokedSpec(spec: ShareSpec, namespace: string | undefined): ShareSpec {
  if (namespace === undefined) return { ...spec, revoked: true };
  const to = spec.to.map((one) => (one.namespace === namespace ? { ...one, revoked: true } : one));
  return { ...spec, to };
}

function isOver({ expiresAt }: ShareSpec, nowMs: number): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
}
