import type { RowMac } from '../encryption/domain/row-mac.js';
import type { RowIntegrity } from '../encryption/row-integrity.js';
import type { Database } from '../platform/storage/database.js';
import type { Attribution, ComparedVersion, History, HistoryRef } from './domain/version.js';
import {
  type AttributedVersion,
  type HistoryHead,
  type NewVersion,
  type Pruned,
  type Recorded,
  type Rewrapped,
  type StoredVersion,
  type Sweep,
  type Swept,
  type VersionPage,
  VersionsStore,
  type WatchCursor,
} from './domain/versions.store.js';
import type { OutsideUser } from './store/attribute.js';
import type { StateChange } from './store/change-state.js';
import { HistoryReads } from './store/history-reads.js';
import { KeyReads, type WrappedVersion } from './store/key-reads.js';
import { SqlVersionWrites } from './store/sql-version-writes.js';
import { VersionReads } from './store/version-reads.js';
import { VersionChecks } from './store/version-checks.js';
import { VersionSeals } from './store/version-seals.js';
import type { VersionWrites } from './store/version-writes.js';

/** MACs of rows, and the reporter of foreign rows. */
export interface SealedRows {
  readonly mac: RowMac;
  readonly integrity: Pick<RowIntegrity, 'tell'>;
}

/** Histories in the database, in either dialect: writes go through `writes`. */
export class SqlVersionsStore extends VersionsStore {
  readonly #writes: VersionWrites;
  readonly #histories: HistoryReads;
  readonly #versions: VersionReads;
  readonly #keys: KeyReads;

  /** `writes`: set if a separate thread writes. */
  constructor(database: Database, { mac, integrity }: SealedRows, writes?: VersionWrites) {
    super();
    const checks = new VersionChecks(new VersionSeals(mac), integrity);
    this.#writes = writes ?? new SqlVersionWrites(database, mac);
    this.#histories = new HistoryReads(database, checks);
    this.#versions = new VersionReads(database, checks);
    this.#keys = new KeyReads(database);
  }

  override record(
    versions: readonly NewVersion[],
    cursor?: WatchCursor,
  ): Promise<readonly Recorded[]> {
    return this.#writes.record(versions, cursor);
  }

  override head(ref: HistoryRef): Promise<HistoryHead | undefined> {
    return this.#histories.head(ref);
  }

  override liveHeads(
    namespaceUid: string,
    afterId: number,
    limit: number,
  ): Promise<readonly HistoryHead[]> {
    return this.#histories.liveHeads(namespaceUid, afterId, limit);
  }

  override moveOn(ref: HistoryRef, secretUid: string, resourceVersion: string): Promise<void> {
    return this.#writes.moveOn(ref, secretUid, resourceVersion);
  }

  override markDeleted(ref: HistoryRef, secretUid: string, deletedMs: number): Promise<void> {
    return this.#writes.markDeleted(ref, secretUid, deletedMs);
  }

  override attribute(
    secretUid: string,
    resourceVersion: string,
    attribution: Attribution,
  ): Promise<number | undefined> {
    return this.#writes.attribute(secretUid, resourceVersion, attribution);
  }

  override attributeOutside(
    ref: Omit<HistoryRef, 'namespaceUid'>,
    between: { readonly fromMs: number; readonly toMs: number },
    user: OutsideUser,
  ): Promise<AttributedVersion | undefined> {
    return this.#writes.attributeOutside(ref, between, user);
  }

  override sweep(sweep: Sweep): Promise<Swept> {
    return this.#writes.sweep(sweep);
  }

  override sweepGone(namespaceUid: string, beforeMs: number): Promise<readonly Pruned[]> {
    return this.#writes.sweepGone(namespaceUid, beforeMs);
  }

  override namespaces(
    afterUid: string,
    limit: number,
  ): Promise<readonly Pick<HistoryRef, 'namespaceUid' | 'namespace'>[]> {
    return this.#histories.namespaces(afterUid, limit);
  }

  override history(ref: HistoryRef): Promise<History | undefined> {
    return this.#histories.history(ref);
  }

  override formerHistory(ref: HistoryRef): Promise<History | undefined> {
    return this.#histories.formerHistory(ref);
  }

  override histories(
    namespaceUid: string,
    names: readonly string[],
  ): Promise<readonly HistoryHead[]> {
    return this.#histories.histories(namespaceUid, names);
  }

  override deleted(
    namespaceUid: string,
    after: string,
    limit: number,
  ): Promise<readonly HistoryHead[]> {
    return this.#histories.deleted(namespaceUid, after, limit);
  }

  override list(
    historyId: number,
    before: number | undefined,
    limit: number,
  ): Promise<VersionPage> {
    return this.#versions.list(historyId, before, limit);
  }

  override get(historyId: number, version: number): Promise<StoredVersion | undefined> {
    return this.#versions.get(historyId, version);
  }

  override compared(historyId: number, version: number): Promise<ComparedVersion | undefined> {
    return this.#versions.compared(historyId, version);
  }

  override currentAt(historyId: number, atMs: number): Promise<number | undefined> {
    return this.#versions.currentAt(historyId, atMs);
  }

  override all(namespaceUid: string, after: string, limit: number): Promise<readonly History[]> {
    return this.#histories.all(namespaceUid, after, limit);
  }

  override alias(historyId: number, alias: string): Promise<number | undefined> {
    return this.#versions.alias(historyId, alias);
  }

  override setAlias(historyId: number, alias: string, version: number): Promise<boolean> {
    return this.#writes.setAlias(historyId, alias, version);
  }

  override removeAlias(historyId: number, alias: string): Promise<number | undefined> {
    return this.#writes.removeAlias(historyId, alias);
  }

  override setState(historyId: number, version: number, change: StateChange): Promise<boolean> {
    return this.#writes.setState(historyId, version, change);
  }

  override setRetired(historyId: number, version: number): Promise<void> {
    return this.#writes.setRetired(historyId, version);
  }

  override watchCursor(name: string): Promise<string | undefined> {
    return this.#histories.watchCursor(name);
  }

  override setWatchCursor(cursor: WatchCursor): Promise<void> {
    return this.#writes.setWatchCursor(cursor);
  }

  override wrappedOtherwise(
    keyId: string,
    after: { readonly historyId: number; readonly version: number },
    limit: number,
  ): Promise<readonly WrappedVersion[]> {
    return this.#keys.wrappedOtherwise(keyId, after, limit);
  }

  override rewrap(rows: readonly Rewrapped[]): Promise<number> {
    return this.#writes.rewrap(rows);
  }

  override keyUse(): Promise<ReadonlyMap<string, number>> {
    return this.#keys.keyUse();
  }

  override bytes(): Promise<number> {
    return this.#keys.bytes();
  }
}
