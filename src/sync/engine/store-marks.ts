import type { SyncRules, SyncSides } from '../domain/plan-sync.js';
import {
  isMarkOf,
  isTakenOver,
  markText,
  originsIn,
  type RemoteMark,
} from '../domain/remote-mark.js';
import type { RemoteState } from '../domain/remote-store.js';
import type { ClusterState } from './cluster-side.js';

export interface StoreMarkDependencies {
  readonly owner: RemoteMark;
  readonly rules: SyncRules;
  /** Text that stands for the Secret in marks. */
  readonly origin: string;
  /** Secrets whose values other syncs have brought into the Secret. */
  readonly pulledOrigins: readonly string[];
}

/** Reports whether a secret that the sync writes needs its mark, or a mark with other origins. */
export function isToBeClaimed(
  { direction }: Pick<SyncRules, 'direction'>,
  { remote, mark }: { readonly remote: RemoteState; readonly mark: RemoteMark },
): boolean {
  if (remote.kind !== 'present' || direction === 'pull') return false;
  return typeof remote.mark !== 'object' || markText(remote.mark) !== markText(mark);
}

/** Returns the mark of a secret with the values of the Secret. */
export function markFor(
  { owner, origin, pulledOrigins }: StoreMarkDependencies,
  { mark }: ClusterState,
): RemoteMark & { readonly origins: readonly string[] } {
  const origins = new Set([origin, ...pulledOrigins, ...originsIn(mark)]);
  return { ...owner, origins: [...origins].toSorted() };
}

/** Reports whether one side has values of the other one, which came by way of other syncs. */
export function isLoop(
  { owner, origin, rules }: StoreMarkDependencies,
  local: ClusterState,
  remote: RemoteState,
): boolean {
  const mark = remote.kind === 'absent' ? undefined : remote.mark;
  const isOwn = isMarkOf(mark, owner) || isTakenOver(mark, rules);
  const isPulled = rules.direction !== 'push' && !isOwn;
  if (isPulled && originsIn(mark).includes(origin)) return true;
  return rules.direction !== 'pull' && originsIn(local.mark).includes(origin);
}

/** Returns the origins of values that a sync of somebody else has written to the store. */
export function foreignOrigins({ owner, store: { mark } }: SyncSides): readonly string[] {
  return isMarkOf(mark, owner) ? [] : originsIn(mark);
}
