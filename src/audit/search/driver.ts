import type { NameKind, TermColumn } from '../domain/search-terms.js';

/** Range of calls by index, from the newest down: `from` ≤ index < `below`. */
export interface Stretch {
  readonly from: number;
  readonly below: number;
}

/**
 * Index that lists calls, newest first: those of some values, of some names, of one Secret, of a
 * prefix, or all.
 */
export type Driver =
  | { readonly by: 'all' | 'nothing' }
  | {
      readonly by: 'column';
      readonly column: TermColumn;
      readonly values: readonly (string | number)[];
    }
  | { readonly by: 'secret'; readonly namespace: string; readonly secret: string }
  | {
      readonly by: 'name';
      readonly kind: NameKind | 'late';
      readonly names: readonly string[];
    }
  | UnorderedDriver;

/** Returns how many lists a driver's index has for it, each with calls in order. */
export function listsOf(driver: Driver): number {
  if (driver.by === 'column') return driver.values.length;
  return driver.by === 'name' ? driver.names.length : 1;
}

/** Calls of one audit id; of one source if requested. */
export interface AuditIdDriver {
  readonly by: 'auditId';
  readonly auditId: string;
  readonly source: 'gateway' | 'cluster' | undefined;
}

export type UnorderedDriver = PrefixDriver | AuditIdDriver;

export type PrefixDriver =
  | { readonly by: 'columnPrefix'; readonly column: TermColumn; readonly text: string }
  | { readonly by: 'namePrefix'; readonly kind: NameKind; readonly text: string };

/** Reports whether its index has another order than the calls': it cannot look up a single call. */
export function isUnordered(driver: Driver): driver is UnorderedDriver {
  return ['columnPrefix', 'namePrefix', 'auditId'].includes(driver.by);
}
