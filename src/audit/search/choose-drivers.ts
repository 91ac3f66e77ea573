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
 * The indexes by which the calls of some terms can be found, where so many rows of them are wanted;
 * none where all would be too long.
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
  // More rows are found sooner in the log itself: where so many of all match, a page fills quickly.
  const most = Math.min(limits.auditPrefixRowsMax, breakEven(stretch.below - stretch.from, rows));
  const beside = Math.min(limits.auditPrefixRowsBesideMax, most);
  const short = await shortOf(database, wide, stretch, drivers.length > 0 ? beside : most);
  return [...drivers, ...short];
}

/** The index of a term; one of a prefix where that stands for many names. */
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

/** The names with a prefix; undefined where there are too many to look at each. */
async function namesUpTo(
  database: Reads,
  prefix: PrefixDriver,
): Promise<readonly string[] | undefined> {
  const most = limits.auditPrefixNamesMax;
  const names = await namesWith(database, prefix, most + 1);
  return names.length > most ? undefined : names;
}

/** What an index has in another order has to be sorted by call: only where that is quick. */
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
 * Of how many matching rows sorting them all takes as long as walking through a log of so many
 * entries until so many rows are found; a row that is walked costs five times one that is sorted.
 */
function breakEven(entries: number, rows: number): number {
  return Math.floor(Math.sqrt(5 * rows * entries));
}
