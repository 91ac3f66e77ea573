import type { SideValues } from '../domain/merged-sides.js';
import type { FoundMark } from '../domain/remote-mark.js';

/** Synced keys of a Secret of the cluster. */
export interface ClusterState {
  /** Identity of the state; undefined: there is no Secret. */
  readonly version: string | undefined;
  readonly values: SideValues;
  /** RFC 3339: when the Secret was last written, as far as the cluster knows. */
  readonly changedAt?: string | undefined;
  /** Mark of a sync of another cluster that pushes into this Secret. */
  readonly mark?: FoundMark;
}

/** Secret of the cluster, as a sync reads and writes it. */
export interface ClusterSide {
  /** Returns the state, which may be behind that of the cluster. */
  read(): Promise<ClusterState>;
  /** Reports whether the cluster itself still has this state. */
  isCurrent(state: ClusterState): Promise<boolean>;
  /**
   * Records values that a write is about to remove from the store, in the history of the Secret.
   * `id` names the values. Returns false if another state of the Secret is there.
   */
  keepReplaced(values: SideValues, expected: ClusterState, id: string): Promise<boolean>;
  /**
   * Replaces the synced keys. `isLosing`: a value is lost unless the history of the Secret has it.
   * Resolves with the new version; undefined: another state is there.
   */
  write(
    values: SideValues,
    expected: ClusterState,
    options: { readonly isLosing: boolean },
  ): Promise<string | undefined>;
}
