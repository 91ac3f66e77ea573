import type { KeyObject } from 'node:crypto';
import type { AuditService } from './audit/audit.service.js';
import { gatewayCaller } from './audit/gateway-caller.js';
import type { Config } from './platform/config/config.schema.js';
import type { Clock } from './core/clock.js';
import { openKeyRing } from './encryption/open-key-ring.js';
import type { StoredKeyRing } from './encryption/stored-key-ring.js';
import { keyUse } from './key-use.js';
import type { Database } from './platform/storage/database.js';
import type { AppLogger } from './platform/telemetry/app-logger.js';

const DONE = { outcome: 'allowed', code: 200, plane: 'none', upstreamIds: [] } as const;

export interface EncryptionKeysParts {
  readonly database: Database;
  readonly audit: AuditService;
  readonly clock: Clock;
  readonly logger: AppLogger;
  /** Told the key of the MACs of rows, before anything is recorded. */
  readonly onRowKey: (key: KeyObject) => void;
}

/**
 * The keys of history as the gateway uses them; throws EncryptionKeyError, and nothing is served.
 */
export function openEncryptionKeys(
  config: Config,
  { database, audit, clock, logger, onRowKey }: EncryptionKeysParts,
): Promise<StoredKeyRing> {
  const caller = (): ReturnType<typeof gatewayCaller> =>
    gatewayCaller(config.kubernetes.gatewayNamespace);
  return openKeyRing(config, {
    database,
    clock,
    onRowKey,
    keyUse: () => keyUse(database),
    record: (encryptionKey) =>
      audit.record(caller(), { action: 'keys.rotate', encryptionKey }, DONE),
    onAlarm: (message) => logger.alarm(message),
  });
}
