import { schemaLimits } from '../../core/schema-limits.js';

/**
 * Returns the length of a spec as JSON; infinity if it is nested too deep. The API server stores
 * specs with thousands of levels, which no recursive function can read.
 */
export function specSize(spec: unknown): number {
  return isTooDeep(spec) ? Number.POSITIVE_INFINITY : JSON.stringify(spec).length;
}

/** Reports whether a spec has more levels than a schema may have. */
export function isTooDeep(spec: unknown): boolean {
  let level: readonly unknown[] = [spec];
  for (let depth = 0; depth <= schemaLimits.specDepthMax; depth += 1) {
    level = level.flatMap(membersOf);
    if (level.length === 0) return false;
  }
  return true;
}

function membersOf(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
