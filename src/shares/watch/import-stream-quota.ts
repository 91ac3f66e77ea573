import { shareLimits } from '../../core/share-limits.js';
import { StreamQuota } from '../../core/stream-quota.js';

/** Quota of concurrent streams of imports. */
export class ImportStreamQuota extends StreamQuota {
  constructor() {
    super({
      what: 'streams of imports',
      inAllMax: shareLimits.importStreamsMax,
      ofUserMax: shareLimits.importStreamsPerUserMax,
      ofAddressMax: shareLimits.importStreamsPerAddressMax,
    });
  }
}
