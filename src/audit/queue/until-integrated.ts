import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type SqlBool } from 'kysely';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { Reads } from '../../platform/storage/reads.js';

/** Chain that is not in the log completely. */
interface Behind {
  readonly writer: number;
  /** Its last queued entry, and its last entry in the log. */
  readonly sequence: number;
  readonly reached: number;
}

/**
 * Resolves once all entries are in the log that were queued before this call. Throws Unavailable
 * after `limits.auditIntegratedMsMax`.
 */
export async function untilIntegrated(database: Reads): Promise<void> {
  const untilMs = performance.now() + limits.auditIntegratedMsMax;
  let left = await chainsBehind(database);
  while (left.length > 0) {
    if (performance.now() > untilMs) {
      throw unavailable('events of the audit trail wait to be searched', { retryAfterSeconds: 1 });
    }
    await sleep(limits.auditIntegratedPollMs);
    const now = new Map((await chainsBehind(database)).map((chain) => [chain.writer, chain]));
    left = left.filter(({ writer, sequence }) => (now.get(writer)?.reached ?? sequence) < sequence);
  }
}

async function chainsBehind(database: Reads): Promise<readonly Behind[]> {
  const rows = await database.query((db) =>
    db
      .selectFrom('audit_chains as c')
      .leftJoin('audit_integrated as d', 'd.writer', 'c.writer')
      .select(['c.writer', 'c.sequence', 'd.sequence as reached'])
      .where(sql<SqlBool>`d.sequence IS NULL OR d.sequence < c.sequence`)
      .execute(),
  );
  return rows.map(({ reached, ...chain }) => ({ ...chain, reached: reached ?? 0 }));
}
