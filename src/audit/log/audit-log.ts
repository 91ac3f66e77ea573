import type { KeyObject } from 'node:crypto';
import type { AuditSettings } from '../../platform/config/audit-settings.js';
import type { Database } from '../../platform/storage/database.js';
import { BackgroundPublisher, type BackgroundPublisherOptions } from './background-publisher.js';
import type { NoteVerifier } from './domain/note-key.js';
import { LogKeyError, LogKeyFile } from './log-key-file.js';
import { LogProofs } from './log-proofs.js';
import { LogStore } from './log-store.js';
import { TileReader } from './tile-reader.js';

export interface AuditLogSettings {
  readonly dataDir: string;
  readonly audit: Pick<AuditSettings, 'keyFile' | 'origin'>;
}

/** Returns the key file that these settings name. */
export function logKeyFile({ dataDir, audit }: AuditLogSettings): LogKeyFile {
  const { keyFile = LogKeyFile.defaultPath(dataDir), origin } = audit;
  return new LogKeyFile({ path: keyFile, ...(origin !== undefined && { origin }) });
}

/**
 * Returns the current keys of the log, from its key file alone: a writer of the database cannot add
 * keys. Empty if the file does not exist yet.
 */
export function knownVerifiers(settings: AuditLogSettings): () => readonly NoteVerifier[] {
  const keyFile = logKeyFile(settings);
  return () => (keyFile.isThere ? keyFile.keys().verifiers : []);
}

export interface AuditLogOptions extends Pick<BackgroundPublisherOptions, 'onAlarm'> {
  /** Key of the MACs of rows. */
  readonly rowKey: KeyObject;
  /** Why nothing may be signed yet. */
  readonly obstacle?: string;
  /** Whether an anchor has contents, but no checkpoint of this log. */
  readonly isAnchoredElsewhere?: boolean;
}

/** The log as a transparency log, over an open database. */
export class AuditLog {
  readonly store: LogStore;
  readonly keyFile: LogKeyFile;
  readonly tiles: TileReader;
  readonly proofs: LogProofs;
  /** Signs the log once it is started. */
  readonly publisher: BackgroundPublisher;

  private constructor(store: LogStore, keyFile: LogKeyFile, publisher: BackgroundPublisher) {
    this.store = store;
    this.keyFile = keyFile;
    this.tiles = new TileReader(store);
    this.proofs = new LogProofs(this.tiles);
    this.publisher = publisher;
    let isWarm = false;
    publisher.onPublished(({ size }) => {
      // Otherwise, the first proof would have to read hundreds of tiles.
      if (!isWarm) void this.tiles.edge(size).catch(() => undefined);
      isWarm = true;
    });
  }

  /** Creates the key of a new log. Throws LogKeyError if the key of a signed log is missing. */
  static async open(
    settings: AuditLogSettings,
    database: Database,
    { rowKey, onAlarm, obstacle, isAnchoredElsewhere = false }: AuditLogOptions,
  ): Promise<AuditLog> {
    const store = new LogStore(database);
    const keyFile = logKeyFile(settings);
    if (!keyFile.isThere) {
      await demandNewLog(keyFile, store, isAnchoredElsewhere);
      makeFirstKey(keyFile, database.dialect);
    }
    keyFile.keys();
    const { location } = database;
    const data = {
      location,
      rowKey,
      keyFile: keyFile.options,
      ...(obstacle !== undefined && { obstacle }),
    };
    return new AuditLog(store, keyFile, new BackgroundPublisher({ data, onAlarm }));
  }
}

/** Refuses to replace a missing key: another key would begin another log. */
async function demandNewLog(
  { path }: LogKeyFile,
  store: LogStore,
  isAnchoredElsewhere: boolean,
): Promise<void> {
  if ((await store.lastCheckpoint()) !== undefined) {
    throw new LogKeyError(
      `the key of the audit log ${path} is missing: bring it back, or begin another with ` +
        '`sallyport audit rotate-key --lost`',
    );
  }
  if (isAnchoredElsewhere) {
    throw new LogKeyError(
      `the key of the audit log ${path} is missing, and an anchor has checkpoints of a log: bring ` +
        'it back, or make the key of another log with `sallyport audit rotate-key`',
    );
  }
}

function makeFirstKey(keyFile: LogKeyFile, dialect: Database['dialect']): void {
  // Each replica would create its own key.
  if (dialect === 'postgres') {
    throw new LogKeyError(
      `the key of the audit log ${keyFile.path} is missing: make it with ` +
        '`sallyport audit rotate-key`, for all replicas',
    );
  }
  keyFile.create();
}
