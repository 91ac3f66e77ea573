import type { KeyObject } from 'node:crypto';
import type { SinkSettings } from '../../platform/config/audit-settings.js';
import type { StorageLocation } from '../../platform/storage/storage-location.js';
import type { SinkState } from './domain/sink-state.js';

/** Start data of the thread that feeds sinks. */
export interface FeederData {
  readonly location: StorageLocation;
  /** Key of the MACs of rows. */
  readonly rowKey: KeyObject;
  readonly sinks: readonly SinkSettings[];
  readonly version: string;
}

export type FromFeeders =
  | { readonly kind: 'states'; readonly states: readonly SinkState[] }
  | { readonly kind: 'alarm'; readonly message: string };
