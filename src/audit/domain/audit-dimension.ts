/** Dimensions by which events can be counted; `hour` and `day` are UTC. */
export const auditDimensions = [
  'user',
  'secret',
  'key',
  'action',
  'outcome',
  'credential',
  'sourceIp',
  'namespace',
  'group',
  'code',
  'plane',
  'source',
  'mark',
  'hour',
  'day',
] as const;

export type AuditDimension = (typeof auditDimensions)[number];

export interface AuditCount {
  readonly value: string;
  readonly count: number;
}

export interface AuditCounts {
  readonly items: readonly AuditCount[];
  /** Number of further values; absent if there are none. */
  readonly remainingItemCount?: number;
}

/** Common value of a group of rows counted by a dimension, as the database returns it. */
export type GroupValue = string | number | null;

const LENGTH_MS = { hour: 3_600_000, day: 86_400_000 } as const;

/** Returns the milliseconds of an interval, for dimensions of time. */
export function bucketMs(by: AuditDimension): number | undefined {
  return by === 'hour' || by === 'day' ? LENGTH_MS[by] : undefined;
}

/**
 * Returns the values under which a group counts: none for missing properties, several for names
 * separated by line feeds. An interval has its number since the epoch.
 */
export function valuesOf(by: AuditDimension, group: GroupValue): readonly string[] {
  if (group === null || group === '') return [];
  const length = bucketMs(by);
  if (length !== undefined) {
    return [new Date(Number(group) * length).toISOString().replace('.000Z', 'Z')];
  }
  const text = String(group);
  return isList(by) ? [...new Set(text.slice(1, -1).split('\n'))] : [text];
}

/** Sorts the highest first, equal ones by name; intervals by time, of which it keeps the last. */
export function rankCounts(
  by: AuditDimension,
  counts: ReadonlyMap<string, number>,
  limit: number,
): AuditCounts {
  const all = [...counts].flatMap(([value, count]) => (count > 0 ? [{ value, count }] : []));
  const isTime = bucketMs(by) !== undefined;
  const ranked = all.toSorted((a, b) =>
    isTime ? compare(a.value, b.value) : b.count - a.count || compare(a.value, b.value),
  );
  const items = isTime ? ranked.slice(-limit) : ranked.slice(0, limit);
  const left = ranked.length - items.length;
  return { items, ...(left > 0 && { remainingItemCount: left }) };
}

function isList(by: AuditDimension): boolean {
  return by === 'key' || by === 'group' || by === 'mark';
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
