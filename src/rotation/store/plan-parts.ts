import type { Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';
import type { RunSeals } from './run-seals.js';

/** Dependencies of run changes: the database compiles them, and they contain the seals. */
export interface PlanParts {
  readonly db: Kysely<Schema>;
  readonly seals: RunSeals;
}
