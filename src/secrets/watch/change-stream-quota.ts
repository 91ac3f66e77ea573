import { limits } from '../../core/limits.js';
import { StreamQuota } from '../../core/stream-quota.js';

/** Quota of concurrent streams of changes over all transports. */
export class ChangeStreamQuota extends StreamQuota {
  constructor() {
    super({
      what: 'streams',
      inAllMax: limits.streamsMax,
      ofUserMax: limits.streamsPerUserMax,
      ofAddressMax: limits.streamsPerAddressMax,
    });
  }
}
