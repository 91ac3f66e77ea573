import type { Config } from './platform/config/config.schema.js';
import { type EncryptionKeysParts, openEncryptionKeys } from './encryption-keys.js';
import { RowMac } from './encryption/domain/row-mac.js';
import { toSallyportError } from './core/errors/sallyport-error.js';
import { RowCheck } from './encryption/row-check.js';
import { RowIntegrity } from './encryption/row-integrity.js';
import { type HistoryParts, openHistory } from './history.js';
import { rowPasses } from './stored-rows.js';
import type { ReportedWrite } from './versions/domain/outside-write.js';
import { openVersionsStore } from './versions/open-versions-store.js';

export type Versions = Awaited<ReturnType<typeof openVersions>>;

/**
 * Opens histories over a database: where they are kept, what they are sealed with, and what records
 * them. Throws StorageError with a sentence for who starts the gateway.
 */
export async function openVersions(
  config: Config,
  parts: Omit<HistoryParts, 'store' | 'keys'> & Pick<EncryptionKeysParts, 'onRowKey'>,
) {
  const keyRing = await openEncryptionKeys(config, parts);
  const onAlarm = (message: string): void => parts.logger.alarm(message);
  const mac = new RowMac(keyRing.rowKey);
  const rowIntegrity = new RowIntegrity(mac, onAlarm);
  const rowCheck = new RowCheck({
    passes: rowPasses(parts.database, { mac, integrity: rowIntegrity }),
    integrity: rowIntegrity,
    onFault: (error) => parts.logger.unexpectedError(toSallyportError(error)),
  });
  const { rowKey } = keyRing;
  const sealed = { rowKey, integrity: rowIntegrity };
  const versionsStore = openVersionsStore(parts.database, sealed);
  try {
    const history = openHistory(config, { ...parts, store: versionsStore, keys: keyRing });
    return {
      versionsStore,
      keyRing,
      /** Tells rows that a gateway has written from others, for all that keeps some. */
      rowIntegrity,
      history,
      onBypass: (report: ReportedWrite): void => history.noteBypass(report),
      startVersions(): void {
        keyRing.start();
        history.start();
        rowCheck.start();
      },
      /** The batch that is being written ends; the database may be closed then. */
      async closeVersions(): Promise<void> {
        await rowCheck.stop();
        await history.stop();
        await keyRing.close();
        await versionsStore.close();
      },
    };
  } catch (error) {
    await versionsStore.close();
    await keyRing.close();
    throw error;
  }
}
