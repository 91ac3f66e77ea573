import { OutboxScan } from '../audit/sinks/outbox-scan.js';
import { ObjectScan } from '../custom-resources/store/object-scan.js';
import type { RowMac } from '../encryption/domain/row-mac.js';
import { passOver, type RowPass } from '../encryption/row-check.js';
import type { RowIntegrity } from '../encryption/row-integrity.js';
import type { RowScan } from '../encryption/row-scan.js';
import { PolicyScan, RunScan } from '../rotation/store/rotation-scans.js';
import { SealingKeyScan } from '../sealing/store/sealing-key-scan.js';
import type { Database } from '../platform/storage/database.js';
import { RevokedTokenScan, TokenScan } from '../tokens/token-scans.js';
import { HistoryCheck } from '../versions/store/history-check.js';
import { VersionSeals } from '../versions/store/version-seals.js';

/** Rows that carry MACs, except histories and rows that are deleted after a day. */
export function rowScans(database: Database, integrity: RowIntegrity): readonly RowScan[] {
  return [
    new TokenScan(database, integrity),
    new RevokedTokenScan(database, integrity),
    new PolicyScan(database, integrity),
    new RunScan(database, integrity),
    new ObjectScan(database, integrity),
    new SealingKeyScan(database, integrity),
    new OutboxScan(database, integrity),
  ];
}

export function historyCheck(database: Database, mac: RowMac): HistoryCheck {
  return new HistoryCheck(database, new VersionSeals(mac));
}

/** All of it, histories included, for the check in the background. */
export function rowPasses(
  database: Database,
  { mac, integrity }: { readonly mac: RowMac; readonly integrity: RowIntegrity },
): readonly RowPass[] {
  const histories = historyCheck(database, mac);
  const passHistories: RowPass = async function* () {
    for (let after: number | undefined = 0; after !== undefined;) {
      const { foreign, lastId } = await histories.next(after);
      yield foreign;
      after = lastId;
    }
  };
  return [...rowScans(database, integrity).map(passOver), passHistories];
}
