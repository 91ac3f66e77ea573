import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.js';

type Dialect = Database['dialect'];

/** Returns a JSON list's texts, as a table `each` with the column `value`; none for null. */
export function jsonItems(dialect: Dialect, list: RawBuilder<unknown>): RawBuilder<unknown> {
  return dialect === 'sqlite'
    ? sql`json_each(${list}) AS each`
    : sql`jsonb_array_elements_text(CAST(${list} AS jsonb)) AS each (value)`;
}

/** Returns the members of a JSON object of integers, as a table `each` of `key` and `value`. */
export function jsonNumbers(dialect: Dialect, object: RawBuilder<unknown>): RawBuilder<unknown> {
  return dialect === 'sqlite'
    ? sql`json_each(${object}) AS each`
    : sql`(SELECT key, CAST(value AS bigint) AS value
        FROM jsonb_each_text(CAST(${object} AS jsonb))) AS each`;
}
