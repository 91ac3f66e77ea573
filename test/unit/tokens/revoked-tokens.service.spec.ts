import { describe, expect, it } from 'vitest';
import type { AuditFilter } from '../../../src/audit/domain/audit-filter.js';
import type { AuditEventView } from '../../../src/audit/domain/audit-view.js';
import { limits } from '../../../src/core/limits.js';
import type { LiveToken } from '../../../src/tokens/live-tokens.js';
import { RevokedTokens } from '../../../src/tokens/revoked-tokens.service.js';
import { RevokedTokenIds } from '../../../src/tokens/revoked-token-ids.js';
import { ManualClock } from '../auth/manual-clock.js';

const revoked = (token: string, change: Partial<AuditEventView> = {}) =>
  ({ token, source: 'gateway', marks: [], ...change }) as unknown as AuditEventView;

function world(tokens: readonly LiveToken[], events: readonly AuditEventView[]) {
  const filters: AuditFilter[] = [];
  const ended: string[] = [];
  const there = new Set(tokens.map(({ id }) => id));
  const check = new RevokedTokens(
    {
      list: (filter, request) => {
        filters.push(filter);
        const at = Number(request?.cursor ?? 0);
        const items = events.slice(at, at + 1);
        const isLast = at + 1 >= events.length;
        return Promise.resolve({ items, ...(!isLast && { continue: String(at + 1) }) });
      },
    },
    {
      next: (after) => {
        const rows = tokens.filter(({ id }) => id > after).slice(0, limits.rowsCheckedAtOnceMax);
        return Promise.resolve(rows);
      },
      absent: (ids) => Promise.resolve(ids.filter((id) => !there.has(id))),
    },
    new RevokedTokenIds(),
    { end: (id) => Promise.resolve(void ended.push(id)) },
    new ManualClock(),
    { tokens: { maxLifetimeSeconds: 3_600 } },
  );
  const pass = async () => {
    const names: string[] = [];
    for await (const part of check.pass()) names.push(...part.map(({ name }) => name));
    return names;
  };
  return { pass, ended, filters };
}

const token = (id: string, parentId?: string): LiveToken => ({ id, parentId });

describe('tokens that were revoked and are there', () => {
  it('are told of and ended again, on whichever page of the trail that is', async () => {
    const { pass, ended } = world(
      [token('a'), token('b'), token('c')],
      [revoked('x'), revoked('b')],
    );
    expect(await pass()).toEqual(['b (revoked)']);
    expect(ended).toEqual(['b']);
  });

  it('are not those of a dry run, or of a report of the cluster', async () => {
    const dry = revoked('a', { marks: ['dry-run'] });
    const { pass } = world([token('a')], [dry, revoked('a', { source: 'cluster' })]);
    expect(await pass()).toEqual([]);
  });

  it('include one whose parent is gone, and none whose parent is there', async () => {
    const tokens = [token('a'), token('b', 'a'), token('c', 'gone')];
    expect(await world(tokens, []).pass()).toEqual(['c (revoked)']);
  });

  it('are found among any number of tokens', async () => {
    const count = 2 * limits.rowsCheckedAtOnceMax;
    const tokens = Array.from({ length: count }, (_, index) => token(String(1_000 + index)));
    expect(await world(tokens, [revoked(String(1_000 + count - 1))]).pass()).toHaveLength(1);
  });

  it('are looked for in what the trail has gained, once it was read as a whole', async () => {
    const { pass, filters } = world([], []);
    await pass();
    await pass();
    const [first, second] = filters.map(({ sinceMs = 0 }) => sinceMs);
    expect(second).toBeGreaterThan(first ?? 0);
  });
});
