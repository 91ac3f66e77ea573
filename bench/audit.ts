import { parseArgs } from 'node:util';
import { benchAppends } from './audit-appends.js';
import { openPlace, openThrowaway, type Place } from './audit-place.js';
import { benchProofs } from './audit-proofs.js';
import { benchQueries } from './audit-queries.js';
import { benchReads } from './audit-reads.js';
import { benchVerify } from './audit-verify.js';
import { count, partsToRun, saveOption } from './bench-options.js';
import { conclude } from './conclude.js';
import { type Figures, merged } from './floors.js';

const { values } = parseArgs({
  options: {
    /** Of the log that is searched and proved from. */
    events: { type: 'string', default: '10000000' },
    /** Of the log that is exported, verified and appended to; it is removed afterwards. */
    'verify-events': { type: 'string', default: '1000000' },
    /** How long events are appended, at full speed and at a steady rate. */
    seconds: { type: 'string', default: '20' },
    /** `searches`, `proofs`, `verify` or `appends`, which has the part of recording in reads. */
    only: { type: 'string' },
    /** A PostgreSQL database of the benchmark's own, in place of SQLite. */
    url: { type: 'string' },
    /** Keeps the searched SQLite database there for another run. */
    folder: { type: 'string' },
    ...saveOption,
  },
});

type Part = (place: Place) => Promise<Figures>;

/** Of the log that is searched; the last changes it, and only by its tree. */
const ofSearched: Readonly<Record<string, Part>> = { searches: benchQueries, proofs: benchProofs };
/** Of the one that is thrown away. */
const ofThrowaway: Readonly<Record<string, Part>> = {
  verify: benchVerify,
  appends: async (place) => {
    const runMs = count('seconds', values.seconds) * 1_000;
    return merged([await benchAppends(place, runMs), await benchReads(place, runMs)]);
  },
};

/** Figures of the audit trail on this machine; fails where a bound is missed. */
async function main(): Promise<void> {
  const { only, url, folder, save } = values;
  const names = partsToRun([...Object.keys(ofSearched), ...Object.keys(ofThrowaway)], values);
  const wanted = (parts: Readonly<Record<string, Part>>) =>
    Object.entries(parts).flatMap(([name, part]) => (names.includes(name) ? [part] : []));
  const [events, verifyEvents] = [
    count('events', values.events),
    count('verify-events', values['verify-events']),
  ];
  const figures = merged([
    await measure(wanted(ofThrowaway), () => openThrowaway({ events: verifyEvents, url })),
    await measure(wanted(ofSearched), () => openPlace({ events, folder, url })),
  ]);
  // Not the URL, which may hold a password.
  const database = url === undefined ? 'sqlite' : 'postgresql';
  const terms = { database, events, verifyEvents, seconds: count('seconds', values.seconds) };
  conclude({ bench: 'audit', figures, only, terms, isSaved: save });
}

async function measure(parts: readonly Part[], open: () => Promise<Place>): Promise<Figures> {
  if (parts.length === 0) return {};
  const place = await open();
  try {
    const all: Figures[] = [];
    for (const part of parts) all.push(await part(place));
    return merged(all);
  } finally {
    await place.close();
  }
}

await main();
