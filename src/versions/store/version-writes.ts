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

/** Writing half of the port: on SQLite, a separate thread executes it. */
export type VersionWrites = Pick<VersionsStore, VersionWrite>;
