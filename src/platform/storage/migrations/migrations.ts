import type { Migration } from 'kysely/migration';
import { auditMigration } from './0001-audit.js';
import { idempotencyMigration } from './0002-idempotency.js';
import { accessTokensMigration } from './0003-access-tokens.js';
import { auditLogMigration } from './0004-audit-log.js';
import { auditSearchMigration } from './0005-audit-search.js';
import { auditIdsMigration } from './0006-audit-ids.js';
import { versionsMigration } from './0007-versions.js';
import { rotationMigration } from './0008-rotation.js';
import { auditSearchIndexMigration } from './0009-audit-search-index.js';
import { keySlotsMigration } from './0010-key-slots.js';
import { attributionMigration } from './0011-attribution.js';
import { revokedTokensMigration } from './0012-revoked-tokens.js';
import { thinnedCheckpointsMigration } from './0013-thinned-checkpoints.js';
import { rowMacsMigration } from './0014-row-macs.js';
import { historyMinimumsMigration } from './0016-history-minimums.js';
import { entryMacsMigration } from './0018-entry-macs.js';
import { customResourcesMigration } from './0019-custom-resources.js';
import { backgroundLeasesMigration } from './0020-background-leases.js';
import { sealingMigration } from './0021-sealing.js';

/** Every migration, by the name that the database stores. Names sort in order; none changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-audit': auditMigration,
  '0002-idempotency': idempotencyMigration,
  '0003-access-tokens': accessTokensMigration,
  '0004-audit-log': auditLogMigration,
  '0005-audit-search': auditSearchMigration,
  '0006-audit-ids': auditIdsMigration,
  '0007-versions': versionsMigration,
  '0008-rotation': rotationMigration,
  '0009-audit-search-index': auditSearchIndexMigration,
  '0010-key-slots': keySlotsMigration,
  '0011-attribution': attributionMigration,
  '0012-revoked-tokens': revokedTokensMigration,
  '0013-thinned-checkpoints': thinnedCheckpointsMigration,
  '0014-row-macs': rowMacsMigration('BLOB'),
  '0016-history-minimums': historyMinimumsMigration,
  '0018-entry-macs': entryMacsMigration('BLOB'),
  '0019-custom-resources': customResourcesMigration,
  '0020-background-leases': backgroundLeasesMigration,
  '0021-sealing': sealingMigration,
};
