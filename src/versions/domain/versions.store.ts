import type {
  Attribution,
  ComparedVersion,
  History,
  HistoryRef,
  SealedPayload,
  VersionAnnotation,
  VersionKey,
  VersionMetadata,
  VersionState,
} from './version.js';
import type { HistoryMinimums } from './history-minimums.js';
import type { StringMap } from '../../secrets/domain/secret.js';

/** State to store as the next version of its history. */
export interface NewVersion {
  readonly history: HistoryRef;
  /** Number for which it was sealed: one more than the last. */
  readonly version: number;
  readonly secretUid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly immutable: boolean;
  readonly labels: StringMap;
  readonly keys: readonly VersionKey[];
  readonly annotations: readonly VersionAnnotation[];
  readonly attribution: Attribution;
  readonly isGap: boolean;
  readonly createdMs: number;
  /** Keyed MAC of the whole content. */
  readonly fingerprint: Uint8Array;
  readonly payload: SealedPayload;
  readonly limits: RetentionLimits;
}

export interface RetentionLimits {
  /** Number of versions to retain; protected versions count as well. */
  readonly versionsMax: number;
  readonly ageMsMax: number | undefined;
  /** Bytes of the histories of a namespace. */
  readonly namespaceBytesMax: number;
  /** Lower limits that annotations request; the minimums apply in any case. */
  readonly asked: {
    readonly versionsMax: number | undefined;
    readonly ageMsMax: number | undefined;
  };
  readonly minimums: HistoryMinimums;
}

/** Outcome of recording a version. */
export type Recorded =
  | { readonly kind: 'recorded'; readonly version: number; readonly pruned: readonly Pruned[] }
  /** This exact state is stored, by this process or another: its number. */
  | { readonly kind: 'known'; readonly version: number }
  /** Protected versions fill the quota of the namespace: the state is left out. */
  | { readonly kind: 'full'; readonly pruned: readonly Pruned[] }
  /** Another process has added a version meanwhile: seal again with the number after `last`. */
  | { readonly kind: 'raced'; readonly last: number };

export interface Pruned {
  readonly history: HistoryRef;
  readonly versions: readonly number[];
  readonly why: 'count' | 'age' | 'quota';
}

/**
 * Head of a history with its last version, for the comparison with the next state. The last version
 * is the current version or, for a deleted Secret, the one that was current.
 */
export interface HistoryHead {
  readonly history: History;
  readonly last:
    | {
        readonly version: number;
        readonly secretUid: string;
        readonly resourceVersion: string;
        readonly fingerprint: Uint8Array;
        readonly keys: readonly VersionKey[];
        readonly attribution: Attribution;
        readonly createdMs: number;
      }
    | undefined;
}

/** Version that has been attributed, and the current state of its history. */
export interface AttributedVersion {
  readonly version: number;
  readonly secretUid: string;
  readonly resourceVersion: string;
}

/** Version with the key of its values; `payload` is undefined once it was destroyed. */
export interface StoredVersion extends VersionMetadata {
  /** `current`, `previous`, `pending`, then the user's own. */
  readonly aliases: readonly string[];
  readonly payload: SealedPayload | undefined;
}

export interface VersionPage {
  readonly items: readonly (VersionMetadata & { readonly aliases: readonly string[] })[];
  /** Number below which the next page begins. */
  readonly before: number | undefined;
}

export interface Rewrapped {
  readonly historyId: number;
  readonly version: number;
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
  readonly from: { readonly keyId: string; readonly wrappedKey: Uint8Array };
}

/** Histories in the database. Every method throws StorageError if it cannot be used. */
export abstract class VersionsStore {
  /** Records versions in one transaction, within a history in the order of their states. */
  abstract record(
    versions: readonly NewVersion[],
    cursor?: WatchCursor,
  ): Promise<readonly Recorded[]>;
  abstract head(ref: HistoryRef): Promise<HistoryHead | undefined>;
  /** Returns heads with a live object in a namespace (in all: ''), in pages by id. */
  abstract liveHeads(
    namespaceUid: string,
    afterId: number,
    limit: number,
  ): Promise<readonly HistoryHead[]>;
  /** Advances without a version: the state differs in nothing that is stored. */
  abstract moveOn(ref: HistoryRef, secretUid: string, resourceVersion: string): Promise<void>;
  /**
   * Records that the live object was deleted; does nothing if another object has come meanwhile.
   * The current version becomes the previous one, which a restore brings back.
   */
  abstract markDeleted(ref: HistoryRef, secretUid: string, deletedMs: number): Promise<void>;
  /**
   * Completes what is known of a version that had no user of the gateway; its number, undefined if
   * there is no such version (yet).
   */
  abstract attribute(
    secretUid: string,
    resourceVersion: string,
    attribution: Attribution,
  ): Promise<number | undefined>;
  /**
   * Attributes the version of a Secret by an unknown user within these times; if there are several,
   * attributes none.
   */
  abstract attributeOutside(
    ref: Omit<HistoryRef, 'namespaceUid'>,
    between: { readonly fromMs: number; readonly toMs: number },
    user: { readonly username: string; readonly auditId: string },
  ): Promise<AttributedVersion | undefined>;

  /**
   * Deletes versions that are too old in one part of all versions. Held, named and destroyed
   * versions stay.
   */
  abstract sweep(sweep: Sweep): Promise<Swept>;
  /**
   * Deletes part of the histories of a deleted namespace in which every version is too old, even if
   * versions are held. Returns none if nothing is left.
   */
  abstract sweepGone(namespaceUid: string, beforeMs: number): Promise<readonly Pruned[]>;
  /** Returns namespaces whose histories take space, by uid. */
  abstract namespaces(
    afterUid: string,
    limit: number,
  ): Promise<readonly Pick<HistoryRef, 'namespaceUid' | 'namespace'>[]>;

  abstract history(ref: HistoryRef): Promise<History | undefined>;
  /** Returns the newest history of a name under other uids of its namespace. */
  abstract formerHistory(ref: HistoryRef): Promise<History | undefined>;
  abstract histories(
    namespaceUid: string,
    names: readonly string[],
  ): Promise<readonly HistoryHead[]>;
  /** Returns histories without a live object, by name. */
  abstract deleted(
    namespaceUid: string,
    after: string,
    limit: number,
  ): Promise<readonly HistoryHead[]>;
  abstract list(historyId: number, before: number | undefined, limit: number): Promise<VersionPage>;
  abstract get(historyId: number, version: number): Promise<StoredVersion | undefined>;
  /** Returns the version without sealed content. */
  abstract compared(historyId: number, version: number): Promise<ComparedVersion | undefined>;
  /** Returns the version that was current at a time. */
  abstract currentAt(historyId: number, atMs: number): Promise<number | undefined>;
  /** Returns all histories of a namespace, for a restore of the namespace. */
  abstract all(namespaceUid: string, after: string, limit: number): Promise<readonly History[]>;
  /** Resolves an alias, also `current`, `previous` and `pending`; only `pending` is settable. */
  abstract alias(historyId: number, alias: string): Promise<number | undefined>;
  /** Sets an alias; false if there is no such version. */
  abstract setAlias(historyId: number, alias: string, version: number): Promise<boolean>;
  abstract removeAlias(historyId: number, alias: string): Promise<number | undefined>;
  /**
   * Changes the state only from `from`; false if it is in another state, or current. Destroying
   * deletes the payload.
   */
  abstract setState(
    historyId: number,
    version: number,
    change: {
      readonly from: readonly VersionState[];
      readonly to: VersionState;
      readonly nowMs: number;
    },
  ): Promise<boolean>;
  /** Records that the version's credential has ended; a restore must confirm that it knows. */
  abstract setRetired(historyId: number, version: number): Promise<void>;

  abstract watchCursor(name: string): Promise<string | undefined>;
  abstract setWatchCursor(cursor: WatchCursor): Promise<void>;
  /** Versions under other keys than this one, by (history, version). */
  abstract wrappedOtherwise(
    keyId: string,
    after: { readonly historyId: number; readonly version: number },
    limit: number,
  ): Promise<readonly (HistoryRef & StoredVersion & { readonly historyId: number })[]>;
  /** Changes only rows that are unchanged since they were read; returns how many. */
  abstract rewrap(rows: readonly Rewrapped[]): Promise<number>;
  /** Returns how many versions each key wraps. */
  abstract keyUse(): Promise<ReadonlyMap<string, number>>;
  /** Bytes of all histories. */
  abstract bytes(): Promise<number>;
}

export interface Sweep {
  /** Older versions are deleted. */
  readonly beforeMs: number;
  /** Last id of the previous part; 0 begins. */
  readonly afterId: number;
}

export interface Swept {
  readonly pruned: readonly Pruned[];
  /** Position of the next part; undefined at the end. */
  readonly lastId: number | undefined;
}

/** Position of a watch: everything before it is in the database. */
export interface WatchCursor {
  readonly name: string;
  readonly resourceVersion: string;
}
