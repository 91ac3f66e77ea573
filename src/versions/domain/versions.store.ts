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

/** A state to be kept as the next version of its history. */
export interface NewVersion {
  readonly history: HistoryRef;
  /** The number that it was sealed for: one more than the last. */
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
  /** Versions that are kept, of which the protected ones count as well. */
  readonly versionsMax: number;
  readonly ageMsMax: number | undefined;
  /** Bytes of the histories of a namespace. */
  readonly namespaceBytesMax: number;
  /** Less than that, as annotations ask for; the minimums stay all the same. */
  readonly asked: {
    readonly versionsMax: number | undefined;
    readonly ageMsMax: number | undefined;
  };
  readonly minimums: HistoryMinimums;
}

/** What came of a version. */
export type Recorded =
  | { readonly kind: 'recorded'; readonly version: number; readonly pruned: readonly Pruned[] }
  /** This very state is there, by this process or another: its number. */
  | { readonly kind: 'known'; readonly version: number }
  /** The quota of the namespace is full of what the minimums protect: the state is left out. */
  | { readonly kind: 'full'; readonly pruned: readonly Pruned[] }
  /** Somebody else has added one meanwhile: seal it anew for the number after `last`. */
  | { readonly kind: 'raced'; readonly last: number };

export interface Pruned {
  readonly history: HistoryRef;
  readonly versions: readonly number[];
  readonly why: 'count' | 'age' | 'quota';
}

/**
 * What a history says of its last version (the current one, of a deleted Secret the one that was),
 * for the comparison with what comes next.
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

/** A version that has been given its user, and the state at which its history stands now. */
export interface AttributedVersion {
  readonly version: number;
  readonly secretUid: string;
  readonly resourceVersion: string;
}

/** A version with what opens its values; `payload` is undefined once it was destroyed. */
export interface StoredVersion extends VersionMetadata {
  /** `current`, `previous`, `pending`, then the user's own. */
  readonly aliases: readonly string[];
  readonly payload: SealedPayload | undefined;
}

export interface VersionPage {
  readonly items: readonly (VersionMetadata & { readonly aliases: readonly string[] })[];
  /** The number below which the next page begins. */
  readonly before: number | undefined;
}

export interface Rewrapped {
  readonly historyId: number;
  readonly version: number;
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
  readonly from: { readonly keyId: string; readonly wrappedKey: Uint8Array };
}

/** Histories in the database. Every method throws StorageError where it cannot be used. */
export abstract class VersionsStore {
  /** One transaction. Versions of one history stand in the order in which they came about. */
  abstract record(
    versions: readonly NewVersion[],
    cursor?: WatchCursor,
  ): Promise<readonly Recorded[]>;
  abstract head(ref: HistoryRef): Promise<HistoryHead | undefined>;
  /** Of all histories with a live object in a namespace (all of them: ''). In pages by id. */
  abstract liveHeads(
    namespaceUid: string,
    afterId: number,
    limit: number,
  ): Promise<readonly HistoryHead[]>;
  /** Without a version: the state differs in nothing that is kept. */
  abstract moveOn(ref: HistoryRef, secretUid: string, resourceVersion: string): Promise<void>;
  /**
   * The live object has gone; nothing where another one has come meanwhile. What was current is
   * previous then: what a restore brings back.
   */
  abstract markDeleted(ref: HistoryRef, secretUid: string, deletedMs: number): Promise<void>;
  /**
   * Completes what is known of a version that had no user of the gateway; its number, undefined
   * where there is no such version (yet).
   */
  abstract attribute(
    secretUid: string,
    resourceVersion: string,
    attribution: Attribution,
  ): Promise<number | undefined>;
  /**
   * The version of a Secret by somebody unknown within these times gets a user; where there are
   * several, none does.
   */
  abstract attributeOutside(
    ref: Omit<HistoryRef, 'namespaceUid'>,
    between: { readonly fromMs: number; readonly toMs: number },
    user: { readonly username: string; readonly auditId: string },
  ): Promise<AttributedVersion | undefined>;

  /**
   * Takes away what is too old of one part of all versions, but for what is held, has a name of a
   * user's or is destroyed already.
   */
  abstract sweep(sweep: Sweep): Promise<Swept>;
  /**
   * Takes away part of the histories of a namespace that is gone, of which every version is too
   * old, whatever holds them; none where nothing of that is left.
   */
  abstract sweepGone(namespaceUid: string, beforeMs: number): Promise<readonly Pruned[]>;
  /** Those whose histories take room, by uid. */
  abstract namespaces(
    afterUid: string,
    limit: number,
  ): Promise<readonly Pick<HistoryRef, 'namespaceUid' | 'namespace'>[]>;

  abstract history(ref: HistoryRef): Promise<History | undefined>;
  /** Newest of those of a name under other uids of its namespace. */
  abstract formerHistory(ref: HistoryRef): Promise<History | undefined>;
  abstract histories(
    namespaceUid: string,
    names: readonly string[],
  ): Promise<readonly HistoryHead[]>;
  /** With history and no live object, by name. */
  abstract deleted(
    namespaceUid: string,
    after: string,
    limit: number,
  ): Promise<readonly HistoryHead[]>;
  abstract list(historyId: number, before: number | undefined, limit: number): Promise<VersionPage>;
  abstract get(historyId: number, version: number): Promise<StoredVersion | undefined>;
  /** Without what is sealed. */
  abstract compared(historyId: number, version: number): Promise<ComparedVersion | undefined>;
  /** The version that was current at a time. */
  abstract currentAt(historyId: number, atMs: number): Promise<number | undefined>;
  /** All histories of a namespace, for a restore of all of it. */
  abstract all(namespaceUid: string, after: string, limit: number): Promise<readonly History[]>;
  /** Also `current`, `previous` and `pending`, of which only the last may be set. */
  abstract alias(historyId: number, alias: string): Promise<number | undefined>;
  /** False where there is no such version. */
  abstract setAlias(historyId: number, alias: string, version: number): Promise<boolean>;
  abstract removeAlias(historyId: number, alias: string): Promise<number | undefined>;
  /**
   * From `from` alone; false where it is in another state, or current. Destroying drops the
   * payload.
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
  /** The credential that the version holds has ended; what is restored must say that it knows. */
  abstract setRetired(historyId: number, version: number): Promise<void>;

  abstract watchCursor(name: string): Promise<string | undefined>;
  abstract setWatchCursor(cursor: WatchCursor): Promise<void>;
  /** Versions under other keys than this one, by (history, version). */
  abstract wrappedOtherwise(
    keyId: string,
    after: { readonly historyId: number; readonly version: number },
    limit: number,
  ): Promise<readonly (HistoryRef & StoredVersion & { readonly historyId: number })[]>;
  /** Only rows that still are as they were read; says how many. */
  abstract rewrap(rows: readonly Rewrapped[]): Promise<number>;
  /** How many versions each key wraps. */
  abstract keyUse(): Promise<ReadonlyMap<string, number>>;
  /** Bytes of all histories. */
  abstract bytes(): Promise<number>;
}

export interface Sweep {
  /** Older versions go. */
  readonly beforeMs: number;
  /** What an earlier part ended with; 0 begins. */
  readonly afterId: number;
}

export interface Swept {
  readonly pruned: readonly Pruned[];
  /** Where the next part goes on; undefined at the end. */
  readonly lastId: number | undefined;
}

/** How far a watch was followed: all that came before is in the database. */
export interface WatchCursor {
  readonly name: string;
  readonly resourceVersion: string;
}
