import type { SecretRef } from '../../secrets/domain/secret.js';
import { destroyed, isCurrent } from './version-refusals.js';
import type { VersionMetadata, VersionState } from './version.js';

export interface StateChange {
  readonly from: readonly VersionState[];
  readonly to: VersionState;
}

/**
 * Returns the change that brings a version into a state; undefined if it has this state. Throws
 * Conflict (409) for the current version, which ends with its Secret. Throws Destroyed if the
 * version cannot be brought back.
 */
export function planState(
  ref: SecretRef,
  { version, state }: Pick<VersionMetadata, 'version' | 'state'>,
  { to, current }: { readonly to: VersionState; readonly current: number | undefined },
): StateChange | undefined {
  if (state === to) return undefined;
  if (state === 'destroyed') throw destroyed(ref, version);
  if (to !== 'live' && version === current) throw isCurrent(ref, version);
  switch (to) {
    case 'live':
      return { from: ['deleted'], to };
    case 'deleted':
      return { from: ['live'], to };
    case 'destroyed':
      return { from: ['live', 'deleted'], to };
  }
}
