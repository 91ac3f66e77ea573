import type { AuditSettings } from '../../platform/config/audit-settings.js';
import type { StorageLocation } from '../../platform/storage/storage-location.js';
import type { PruneRange } from './prune.js';

/** What the thread that prunes is started with. */
export interface RetentionData {
  readonly location: StorageLocation;
  readonly retention: AuditSettings['retention'];
  readonly anchors: readonly string[];
  readonly sinks: readonly string[];
}

export type FromRetention =
  /** To be written down; nothing goes before it is. */
  | { readonly kind: 'record'; readonly range: PruneRange }
  /** What a sink would not take goes as well, for want of room. */
  | { readonly kind: 'dead letters lost'; readonly count: number }
  /** Rows of anchors and sinks that keep events which are to go; told after each look. */
  | { readonly kind: 'held'; readonly by: readonly string[] }
  /** Events go that are less than a day old, for want of room. */
  | { readonly kind: 'young pruned' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'pruned'; readonly range: PruneRange };

export type ToRetention = 'stop' | { readonly kind: 'recorded'; readonly isDurable: boolean };
