import { limits } from '../../core/limits.js';
import type { Reads } from '../../platform/storage/reads.js';
import { isIndexed, type Term } from '../domain/search-terms.js';
import {
  type Driver,
  isUnordered,
  type PrefixDriver,
  type Stretch,
  type UnorderedDriver,
} from './driver.js';
import { countUpTo, namesWith } from './index-reads.js';

/**
 * Returns the indexes by which the calls of some terms can be found, if this many rows are wanted.
 * Returns none if all would be too long.
 */
export async function chooseDrivers(
  database: Reads,
  terms: readonly Term[],
  stretch: Stretch,
  rows: number,
): Promise<readonly Driver[]> {
  const drivers: Driver[] = [];
  const wide: UnorderedDriver[] = [];
  for (const term of terms.filter(isIndexed)) {
    const driver = await driverOf(database, term);
    if (driver === undefined) continue;
    if (isUnordered(driver)) wide.push(driver);
    else drivers.push(driver);
  }
  // More rows are found sooner in the log itself: if so many match, a page fills quickly.
  const most = Math.min(limits.auditPrefixRowsMax, breakEven(stretch.below - stretch.from, rows));
  const beside = Math.min(limits.auditPrefixRowsBesideMax, most);
  const short = await shortOf(database, wide, stretch, drivers.length > 0 ? beside : most);
  return [...drivers, ...short];
}

/** Returns the index of a term; a prefix index if the prefix matches many names. */
async function driverOf(database: Reads, term: Term): Promise<Driver | undefined> {
  if (term.on === 'auditId') {
    return { by: 'auditId', auditId: term.auditId, source: term.source };
  }
  if (term.on === 'secret') {
    return { by: 'secret', namespace: term.namespace, secret: term.secret };
  }
  if (term.on === 'name') {
    const { kind, pattern } = term;
    if (!pattern.isPrefix) return { by: 'name', kind, names: [pattern.text] };
    const prefix = { by: 'namePrefix', kind, text: pattern.text } as const;
    const names = await namesUpTo(database, prefix);
    if (names === undefined) return prefix;
    return names.length === 0 ? { by: 'nothing' } : { by: 'name', kind, names };
  }
  const { column, prefixes } = term;
  const values = new Set(term.values);
  for (const text of prefixes) {
    const prefix = { by: 'columnPrefix', column, text } as const;
    const names = await namesUpTo(database, prefix);
    if (names === undefined) return prefixes.length + values.size === 1 ? prefix : undefined;
    for (const name of names) values.add(name);
  }
  return values.size === 0 ? { by: 'nothing' } : { by: 'column', column, values: [...values] };
}

/** Returns the names with a prefix; undefined if there are too many to read each. */
async function namesUpTo(
  database: Reads,
  prefix: PrefixDriver,
): Promise<readonly string[] | undefined> {
  const most = limits.auditPrefixNamesMax;
  const names = await namesWith(database, prefix, most + 1);
  return names.length > most ? undefined : names;
}

/** Returns indexes in another order, which must be sorted by call, only if that is quick. */
async function shortOf(
  database: Reads,
  wide: readonly UnorderedDriver[],
  stretch: Stretch,
  most: number,
): Promise<readonly Driver[]> {
  for (const driver of wide) {
    const found = await countUpTo(database, driver, stretch, most + 1);
    if (found <= most) return [driver];
  }
  return [];
}

/**
 * Returns the number of matching rows whose sorting takes as long as walking a log of these entries
 * until enough rows are found. A walked row costs five times a sorted row.
 */
function breakEven(entries: number, rows: number): number {
  return Math.floor(Math.sqrt(5 * rows * entries));
}
