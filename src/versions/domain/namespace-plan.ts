import { isClusterCredentialType } from '../../secrets/domain/secret-types.js';
import type { History, VersionMetadata } from './version.js';

export type RestoreAction = 'restore' | 'recreate' | 'none';

/** Plan for one Secret of a namespace that is restored to a time. */
export interface PlannedRestore {
  readonly name: string;
  /** Current before; null if there is no Secret. */
  readonly fromVersion: number | null;
  /** Current at that time; null if there was no Secret. */
  readonly toVersion: number | null;
  readonly action: RestoreAction;
  /** Reason that it stays unchanged though another version was current then. */
  readonly error: string | null;
}

/**
 * Plans a Secret. `then`: the version that was current at the time; undefined if there was none. A
 * Secret that did not exist at the time is left alone: it may be another team's by now.
 */
export function planSecret(
  history: History,
  then: VersionMetadata | undefined,
  options: { readonly atMs: number; readonly allowRetired: boolean },
): PlannedRestore {
  const { name } = history;
  const fromVersion = history.currentVersion ?? null;
  const wasThere =
    then !== undefined && (history.deletedMs === undefined || history.deletedMs > options.atMs);
  if (!wasThere) return { name, fromVersion, toVersion: null, action: 'none', error: null };
  const toVersion = then.version;
  const same = fromVersion === toVersion;
  const error = same ? undefined : refusalOf(then, options.allowRetired);
  const isNone = same || error !== undefined;
  const action = fromVersion === null ? 'recreate' : 'restore';
  return { name, fromVersion, toVersion, action: isNone ? 'none' : action, error: error ?? null };
}

function refusalOf(
  { state, type, isRetired }: VersionMetadata,
  allowRetired: boolean,
): string | undefined {
  if (state !== 'live') return `the version is ${state}`;
  if (isClusterCredentialType(type)) return 'Secrets of this type are never restored';
  if (isRetired && !allowRetired) return 'a rotation has retired the credential that it holds';
  return undefined;
}
