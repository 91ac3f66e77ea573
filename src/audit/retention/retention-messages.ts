import type { KeyObject } from 'node:crypto';
import type { AuditSettings } from '../../platform/config/audit-settings.js';
import type { StorageLocation } from '../../platform/storage/storage-location.js';
import type { PruneRange } from './prune.js';

/** Start data of the thread that prunes. */
export interface RetentionData {
  readonly location: StorageLocation;
  /** Key of the MACs of rows. */
  readonly rowKey: KeyObject;
  readonly retention: AuditSettings['retention'];
  readonly anchors: readonly string[];
  readonly sinks: readonly string[];
}

export type FromRetention =
  /** Range to record; nothing is deleted before the record. */
  | { readonly kind: 'record'; readonly range: PruneRange }
  /** Entries that a sink did not accept are deleted too, for lack of space. */
  | { readonly kind: 'dead letters lost'; readonly count: number }
  /** Rows of anchors and sinks that delay due events; reported after each check. */
  | { readonly kind: 'held'; readonly by: readonly string[] }
  /** Events less than a day old are deleted, for lack of space. */
  | { readonly kind: 'young pruned' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'pruned'; readonly range: PruneRange };

export type ToRetention = 'close' | { readonly kind: 'recorded'; readonly isDurable: boolean };
