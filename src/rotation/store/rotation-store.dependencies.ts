import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CallRunner } from '../../calls/call-runner.service.js';
import { Clock } from '../../core/clock.js';
import { KeyRing } from '../../encryption/key-ring.js';
import { RowIntegrity } from '../../encryption/row-integrity.js';
import { Database } from '../../platform/storage/database.js';
import { ClusterIdentity } from '../../versions/domain/secret-feed.js';

/** What runs are stored with. */
@Injectable()
export class RotationStoreDependencies {
  readonly database: Database;
  readonly calls: CallRunner;
  readonly keys: KeyRing;
  readonly integrity: RowIntegrity;
  /** uid of the cluster; throws Unavailable while it is not known. */
  readonly cluster: () => string;
  readonly clock: Clock;
  /** Names this process: no other one, and none before it, has the same. */
  readonly holder: string = randomUUID();

  constructor(
    database: Database,
    calls: CallRunner,
    keys: KeyRing,
    integrity: RowIntegrity,
    cluster: ClusterIdentity,
    clock: Clock,
  ) {
    this.database = database;
    this.calls = calls;
    this.keys = keys;
    this.integrity = integrity;
    this.cluster = () => cluster.get();
    this.clock = clock;
  }
}
