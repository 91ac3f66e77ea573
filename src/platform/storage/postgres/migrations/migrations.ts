import type { Migration } from 'kysely/migration';
import { auditMigration } from './0001-audit.js';
import { idempotencyMigration } from './0002-idempotency.js';
import { accessTokensMigration } from './0003-access-tokens.js';
import { auditLogMigration } from './0004-audit-log.js';
import { auditSearchMigration } from '../../migrations/0005-audit-search.js';
import { auditIdsMigration } from '../../migrations/0006-audit-ids.js';
import { attributionMigration } from '../../migrations/0011-attribution.js';
import { entryMacsMigration } from '../../migrations/0018-entry-macs.js';
import { rowMacsMigration } from '../../migrations/0014-row-macs.js';
import { versionsMigration } from './0007-versions.js';
import { rotationMigration } from './0008-rotation.js';
import { revokedTokensMigration } from './0012-revoked-tokens.js';
import { thinnedCheckpointsMigration } from './0013-thinned-checkpoints.js';
import { guardsWithoutShadowsMigration } from './0017-guards-without-shadows.js';
import { historyMinimumsMigration } from './0016-history-minimums.js';
import { customResourcesMigration } from './0019-custom-resources.js';
import { backgroundLeasesMigration } from './0020-background-leases.js';
import { sealingMigration } from './0021-sealing.js';
import { auditQueueMigration } from './0022-audit-queue.js';

/**
 * Every migration, under the name of its SQLite counterpart; migrations of SQLite's file alone have
 * none here. Versions run concurrently during an upgrade: a migration adds only what the previous
 * version does not need.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-audit': auditMigration,
  '0002-idempotency': idempotencyMigration,
  '0003-access-tokens': accessTokensMigration,
  '0004-audit-log': auditLogMigration,
  '0005-audit-search': auditSearchMigration,
  '0006-audit-ids': auditIdsMigration,
  '0007-versions': versionsMigration,
  '0008-rotation': rotationMigration,
  '0011-attribution': attributionMigration,
  '0012-revoked-tokens': revokedTokensMigration,
  '0013-thinned-checkpoints': thinnedCheckpointsMigration,
  '0014-row-macs': rowMacsMigration('BYTEA'),
  '0016-history-minimums': historyMinimumsMigration,
  '0017-guards-without-shadows': guardsWithoutShadowsMigration,
  '0018-entry-macs': entryMacsMigration('BYTEA'),
  '0019-custom-resources': customResourcesMigration,
  '0020-background-leases': backgroundLeasesMigration,
  '0021-sealing': sealingMigration,
  '0022-audit-queue': auditQueueMigration,
};
