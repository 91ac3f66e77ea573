import type { Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';
import type { RunSeals } from './run-seals.js';

/** What changes of runs are made with: the database compiles them, the seals go into them. */
export interface PlanParts {
  readonly db: Kysely<Schema>;
  readonly seals: RunSeals;
}
