import type { CallRunner } from '../../calls/call-runner.service.js';
import type { Clock } from '../../core/clock.js';
import type { KeyRing } from '../../encryption/key-ring.js';
import type { RowIntegrity } from '../../encryption/row-integrity.js';
import type { Database } from '../../platform/storage/database.js';

export interface RotationStoreParts {
  readonly database: Database;
  readonly calls: Pick<CallRunner, 'change'>;
  readonly keys: KeyRing;
  readonly integrity: RowIntegrity;
  /** uid of the cluster; throws Unavailable while it is not known. */
  readonly cluster: () => string;
  readonly clock: Clock;
  /** Names this process: no other one, and none before it, has the same. */
  readonly holder: string;
}
