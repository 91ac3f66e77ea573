import type { Kysely } from 'kysely';
import type { Schema } from '../../storage/schema.js';
import { heldVersions, type HistoryMarks } from '../domain/plan-record.js';
import { chunks } from './chunks.js';

/** A history's marks, as they were and as they are. */
export interface MarkChange {
  readonly id: number;
  readonly before: HistoryMarks | undefined;
  readonly after: HistoryMarks;
}

interface PlacedNumber {
  readonly id: number;
  readonly version: number;
}

/** Keeps the marks of what retention spares, of versions that were there before. */
export async function holdVersions(
  db: Kysely<Schema>,
  changes: readonly MarkChange[],
): Promise<void> {
  const freed: PlacedNumber[] = [];
  const taken: PlacedNumber[] = [];
  for (const { id, before, after } of changes) {
    const were = heldVersions(before);
    const are = heldVersions(after);
    const lastThere = before?.lastVersion ?? 0;
    for (const version of were) if (!are.includes(version)) freed.push({ id, version });
    for (const version of are) {
      if (!were.includes(version) && version <= lastThere) taken.push({ id, version });
    }
  }
  await setHeld(db, freed, 0);
  await setHeld(db, taken, 1);
}

async function setHeld(
  db: Kysely<Schema>,
  versions: readonly PlacedNumber[],
  held: 0 | 1,
): Promise<void> {
  for (const some of chunks(versions)) {
    await db
      .updateTable('secret_versions')
      .set({ held })
      .where((eb) =>
        eb(
          eb.refTuple('history_id', 'version'),
          'in',
          some.map(({ id, version }) => eb.tuple(id, version)),
        ),
      )
      .execute();
  }
}
