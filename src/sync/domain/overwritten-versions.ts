import { syncLimits } from '../../core/sync-limits.js';

/** Versions of others that a write to a store has overwritten unseen. */
export interface OverwrittenVersions {
  /** RFC 3339: when a look has found them. */
  readonly time: string;
  readonly count: number;
  /** Some of them, the last ones first. */
  readonly versions: readonly string[];
}

/** Returns what a status says of overwritten versions; undefined: there are none. */
export function overwrittenVersionsOf(
  versions: readonly string[],
  nowMs: number,
): OverwrittenVersions | undefined {
  if (versions.length === 0) return undefined;
  return { time: new Date(nowMs).toISOString(), count: versions.length, versions: some(versions) };
}

/** Names versions in a sentence. */
export function namedVersions(versions: readonly string[]): string {
  const named = some(versions);
  const others = versions.length - named.length;
  return `${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

function some(versions: readonly string[]): readonly string[] {
  const { statusOverwrittenMax, statusVersionCharactersMax } = syncLimits;
  return versions
    .slice(0, statusOverwrittenMax)
    .map((version) => version.slice(0, statusVersionCharactersMax));
}
