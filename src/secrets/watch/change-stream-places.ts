import { limits } from '../../core/limits.js';
import { StreamPlaces } from '../../core/stream-places.js';

/** How many streams of changes there may be at a time, whichever door they came by. */
export class ChangeStreamPlaces extends StreamPlaces {
  constructor() {
    super({
      what: 'streams',
      inAllMax: limits.streamsMax,
      ofUserMax: limits.streamsPerUserMax,
      ofAddressMax: limits.streamsPerAddressMax,
    });
  }
}
