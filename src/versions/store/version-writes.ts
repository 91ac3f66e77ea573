import type { VersionsStore } from '../domain/versions.store.js';

const WRITES = [
  'record',
  'moveOn',
  'markDeleted',
  'attribute',
  'attributeOutside',
  'setAlias',
  'removeAlias',
  'setState',
  'setRetired',
  'setWatchCursor',
  'rewrap',
  'sweep',
  'sweepGone',
] as const satisfies readonly (keyof VersionsStore)[];

export type VersionWrite = (typeof WRITES)[number];

/** The half of the port that changes the database: on SQLite it has a thread of its own. */
export type VersionWrites = Pick<VersionsStore, VersionWrite>;
