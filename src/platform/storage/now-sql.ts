import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.js';

/** Milliseconds since the epoch by the clock of the database, which all processes share. */
export function nowSql(dialect: Database['dialect']): RawBuilder<number> {
  return dialect === 'sqlite'
    ? sql<number>`CAST(unixepoch('subsec') * 1000 AS INTEGER)`
    : sql<number>`CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)`;
}
