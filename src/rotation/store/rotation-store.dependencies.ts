import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RecordedTransactions } from '../../calls/domain/recorded-transactions.js';
import { Clock } from '../../core/clock.js';
import { KeyRing } from '../../encryption/key-ring.js';
import { RowIntegrity } from '../../encryption/row-integrity.js';
import { Database } from '../../platform/storage/database.js';
import { ClusterIdentity } from '../../versions/domain/secret-feed.js';

/** Dependencies of the rotation store. */
@Injectable()
export class RotationStoreDependencies {
  readonly database: Database;
  readonly transactions: RecordedTransactions;
  readonly keys: KeyRing;
  readonly integrity: RowIntegrity;
  /** uid of the cluster; throws Unavailable while it is not known. */
  readonly cluster: () => string;
  readonly clock: Clock;
  /** Name of this process, unique among all processes. */
  readonly holder: string = randomUUID();

  constructor(
    database: Database,
    transactions: RecordedTransactions,
    keys: KeyRing,
    integrity: RowIntegrity,
    cluster: ClusterIdentity,
    clock: Clock,
  ) {
    this.database = database;
    this.transactions = transactions;
    this.keys = keys;
    this.integrity = integrity;
    this.cluster = () => cluster.get();
    this.clock = clock;
  }
}
