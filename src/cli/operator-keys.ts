import type { Config } from '../platform/config/config.schema.js';
import { SystemClock } from '../core/clock.js';
import { RowMac } from '../encryption/domain/row-mac.js';
import { RowIntegrity } from '../encryption/row-integrity.js';
import { openKeyRing } from '../encryption/open-key-ring.js';
import type { StoredKeyRing } from '../encryption/stored-key-ring.js';
import { keyUse } from '../encryption/key-use.js';
import { SealedRuns } from '../rotation/store/sealed-runs.js';
import type { VersionsStore } from '../versions/domain/versions.store.js';
import { SqlVersionsStore } from '../versions/sql-versions.store.js';
import type { CommandIo } from './command.js';
import type { Operator } from './operator.js';

export interface OperatorKeys {
  readonly ring: StoredKeyRing;
  readonly mac: RowMac;
  readonly integrity: RowIntegrity;
  readonly versions: VersionsStore;
  readonly runs: SealedRuns;
  /** Returns how much each key wraps. */
  readonly keyUse: () => Promise<ReadonlyMap<string, number>>;
}

/** Opens the keys of history, for a command; throws EncryptionKeyError. */
export async function openOperatorKeys(
  config: Config,
  operator: Operator,
  io: CommandIo,
): Promise<OperatorKeys> {
  const { database } = operator;
  const use = () => keyUse(database);
  const ring = await openKeyRing(config, {
    database,
    clock: new SystemClock(),
    keyUse: use,
    record: (encryptionKey) => operator.record({ action: 'keys.rotate', encryptionKey }),
    onAlarm: (message) => io.err(`${message}\n`),
  });
  const onAlarm = (message: string): void => io.err(`${message}\n`);
  const mac = new RowMac(ring.rowKey);
  const integrity = new RowIntegrity(mac, onAlarm);
  const versions = new SqlVersionsStore(database, { mac, integrity });
  return { ring, mac, integrity, versions, runs: new SealedRuns(database), keyUse: use };
}
