import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CallRunner } from '../../calls/call-runner.service.js';
import { Clock } from '../../core/clock.js';
import { KeyRing } from '../../encryption/key-ring.js';
import { RowIntegrity } from '../../encryption/row-integrity.js';
import { Database } from '../../platform/storage/database.js';
import { ClusterIdentity } from '../../versions/domain/secret-feed.js';

/** Dependencies of the rotation store. */
@Injectable()
export class RotationStoreDependencies {
  readonly database: Database;
  readonly calls: CallRunner;
  readonly keys: KeyRing;
  readonly integrity: RowIntegrity;
  /** uid of the cluster; throws Unavailable while it is not known. */
  readonly cluster: () => string;
  readonly clock: Clock;
  /** Name of this process, unique among all processes. */
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
