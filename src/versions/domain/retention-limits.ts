import { ageMs } from './retention-annotations.js';
import type { RetentionLimits } from './versions.store.js';

/** Settings of operators; ages are texts such as `30d`, and `0` of any unit means none. */
export interface RetentionSettings {
  readonly limit: number;
  readonly maxAge?: string | undefined;
  readonly namespaceBytesMax: number;
  readonly minAge: string;
  readonly minCount: number;
  readonly minDeletedAge: string;
}

/** Returns the retention by settings, before any annotation requests less. */
export function retentionLimits(settings: RetentionSettings): RetentionLimits {
  const { limit, maxAge, namespaceBytesMax, minAge, minCount, minDeletedAge } = settings;
  return {
    versionsMax: limit,
    ageMsMax: maxAge === undefined ? undefined : ageMs(maxAge),
    namespaceBytesMax,
    asked: { versionsMax: undefined, ageMsMax: undefined },
    minimums: {
      ageMs: ageMs(minAge) ?? 0,
      count: minCount,
      deletedAgeMs: ageMs(minDeletedAge) ?? 0,
    },
  };
}
