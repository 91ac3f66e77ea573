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
  };
  readonly etag: string;
}

/** Members of a read body that a write ignores. */
export const shareReadOnly = ['name', 'author', 'state', 'reason', 'consumers'] as const;
export const importReadOnly = ['name', 'author', 'state'] as const;

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
