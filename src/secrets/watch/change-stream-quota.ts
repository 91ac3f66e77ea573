import { limits } from '../../core/limits.js';
import { StreamQuota } from '../../core/stream-quota.js';

/** How many streams of changes there may be at a time, whichever door they came by. */
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
