import type { PostgresServer } from '../../postgres/postgres-server.js';

/** Costs of one operation, as `pg_stat_statements` shows them. */
export interface Costs {
  readonly statements: number;
  readonly walBytes: number;
  /** Tables of which rows were changed, in the order of their names. */
  readonly changed: readonly string[];
}

interface StatementRow {
  readonly query: string;
  readonly calls: number;
  readonly wal_bytes: number;
}

/** Statements of the sequencer and the signer, and the check of a connection. */
const background =
  /audit_(sequencer|checkpoints|tiles|spans|outbox)|background_leases|^SELECT \$1$/;
const append = /INSERT INTO audit_queue/;
/** Questions of a search: how far the sequencer is. */
const progress = /audit_integrated/;
const changes = /\b(?:insert into|update(?! skip| set)|delete from|lock table)\s+"?([a-z_]+)/gi;
/** Background work that runs almost as often as the operation does not count. */
const TOLERANCE = 0.1;

/** Runs an operation some times in sequence, and returns the costs of one. */
export async function costsOf(
  { server, url }: { readonly server: PostgresServer; readonly url: string },
  operation: () => Promise<unknown>,
  times: number,
): Promise<Costs> {
  await operation();
  await server.run('SELECT pg_stat_statements_reset()', url);
  for (let count = 0; count < times; count += 1) await operation();
  const rows = await statementsOf(server, url);
  const own = rows
    .map((row) => ({ ...row, each: Math.floor(row.calls / times + TOLERANCE) }))
    .filter(({ query, each }) => each > 0 && isOwn(query));
  const names = own.flatMap(({ query }) => [...query.matchAll(changes)].map(([, name]) => name));
  return {
    statements: own.reduce((sum, { each }) => sum + each, 0),
    walBytes: own.reduce((sum, row) => sum + row.wal_bytes, 0) / times,
    changed: [...new Set(names.map(String))].sort(),
  };
}

function isOwn(query: string): boolean {
  return append.test(query) || !(background.test(query) || progress.test(query));
}

/** Returns the bytes that the sequencer has written since the last reset. */
export async function walOfSequencer(server: PostgresServer, url: string): Promise<number> {
  const rows = await statementsOf(server, url);
  return rows
    .filter(({ query }) => query.includes('audit_sequencer'))
    .reduce((sum, row) => sum + row.wal_bytes, 0);
}

async function statementsOf(server: PostgresServer, url: string): Promise<readonly StatementRow[]> {
  const rows = await server.run(
    `SELECT query, sum(calls)::int AS calls, sum(wal_bytes)::int AS wal_bytes
     FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid
     WHERE d.datname = current_database() GROUP BY query`,
    url,
  );
  return rows as unknown as readonly StatementRow[];
}
