import type { ClientBase } from 'pg';
import { StorageError } from '../storage-error.js';

/** PostgreSQL 14: older releases get no fixes any more. */
const VERSION_MIN = 140_000;

/** Settings with the values under which a commit is on disk. */
const durableSettings = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'remote_apply'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Condition in SQL: a commit means that it is on disk. */
export const COMMITS_ARE_DURABLE = Object.entries(durableSettings)
  .map(([name, values]) => `current_setting('${name}') IN ('${values.join("', '")}')`)
  .join(' AND ');

/** Settings that decide whether the server can be used. */
export interface ServerSettings {
  readonly version: number;
  readonly encoding: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly is_standby: boolean;
}

const QUESTION = `SELECT current_setting('server_version_num')::int AS version,
  current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
  current_setting('full_page_writes') AS full_page_writes,
  current_setting('synchronous_commit') AS synchronous_commit,
  pg_is_in_recovery() AS is_standby`;

/** Throws StorageError if a commit could be lost, or if the server is unusable otherwise. */
export async function checkServer(client: ClientBase, server: string): Promise<void> {
  const { rows } = await client.query<ServerSettings>(QUESTION);
  const problem = rows[0] && serverProblem(rows[0]);
  if (problem !== undefined) throw new StorageError(`the database ${server} ${problem}`);
}

/** Returns the problem of a server, as the end of a sentence; undefined if there is none. */
export function serverProblem(settings: ServerSettings): string | undefined {
  const { version, encoding } = settings;
  if (version < VERSION_MIN) {
    return `is PostgreSQL ${Math.floor(version / 10_000)}, but needs to be 14 or newer`;
  }
  if (encoding !== 'UTF8') return `has the encoding ${encoding}, but needs UTF8`;
  const standby = settings.is_standby ? 'is a standby, which takes no writes' : undefined;
  return volatileProblem(settings) ?? standby;
}

function volatileProblem(settings: ServerSettings): string | undefined {
  for (const name of Object.keys(durableSettings) as (keyof typeof durableSettings)[]) {
    const [usual, ...others]: readonly string[] = durableSettings[name];
    const found = settings[name];
    if (found === usual || others.includes(found)) continue;
    const needs = [usual, ...others.map((other) => `(or ${other})`)].join(' ');
    return `has ${name}=${found}, but needs ${needs}`;
  }
  return undefined;
}
