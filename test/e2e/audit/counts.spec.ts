import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditWorld } from './audit-world.js';

interface Count {
  readonly value: string;
  readonly count: number;
}
interface Counts {
  readonly items: readonly Count[];
  readonly remainingItemCount?: number;
}

const secret = '/v1/namespaces/pay/secrets/db';
const app = 'system:serviceaccount:pay:app';
const stranger = 'system:serviceaccount:pay:stranger';

let world: AuditWorld;

beforeAll(async () => {
  world = await AuditWorld.start();
  for (let read = 0; read < 3; read += 1) await world.call({ path: `${secret}/keys/user` });
  await world.call({ path: `${secret}/keys/password` });
  await world.call({ path: `${secret}/keys/user` }, world.tokens.stranger);
  await world.call({ path: '/v1/namespaces/shop/secrets' });
});

afterAll(() => world.stop());

const get = (query: string, token = world.tokens.auditor) =>
  world.call({ path: `/v1/audit/counts?${query}` }, token);

async function counts(query: string): Promise<Counts> {
  const answer = await get(query);
  expect(answer.status, answer.text).toBe(200);
  return answer.json<Counts>();
}

describe('counts', () => {
  it('say in one call who read a key in the last 30 days', async () => {
    const wanted = 'namespace=pay&secret=db&key=user&action=secrets.reveal&since=30d';
    expect(await counts(`by=user&${wanted}`)).toEqual({
      items: [
        { value: app, count: 3 },
        { value: stranger, count: 1 },
      ],
    });
    expect(await counts(`by=user&outcome=allowed&${wanted}`)).toEqual({
      items: [{ value: app, count: 3 }],
    });
  });

  it('are of the events that the same filter lists, in every dimension', async () => {
    const until = new Date().toISOString();
    const { items: events } = await world.find(`?until=${until}`);
    const byHand = {
      user: events.map(({ user }) => user),
      secret: events.flatMap((event) => event['secret'] ?? []),
      key: events.flatMap(({ keys }) => keys),
      action: events.map(({ action }) => action),
      outcome: events.map(({ outcome }) => outcome),
      credential: events.flatMap(({ credentialId }) => credentialId ?? []),
      sourceIp: events.flatMap(({ sourceIp }) => sourceIp ?? []),
      namespace: events.flatMap(({ namespace }) => namespace ?? []),
      group: events.flatMap(({ groups }) => groups),
      code: events.map(({ code }) => String(code)),
      plane: events.map(({ plane }) => plane),
      hour: events.map(({ time }) => `${time.slice(0, 13)}:00:00Z`),
      day: events.map(({ time }) => `${time.slice(0, 10)}T00:00:00Z`),
    };
    for (const [by, values] of Object.entries(byHand)) {
      const { items } = await counts(`by=${by}&until=${until}`);
      const found = Object.fromEntries(items.map(({ value, count }) => [value, count]));
      const wanted: Record<string, number> = {};
      for (const value of values) wanted[value] = (wanted[value] ?? 0) + 1;
      expect(found, by).toEqual(wanted);
    }
  });

  it('come highest first, as many as were asked for, and tell how many are left', async () => {
    const { items, remainingItemCount = 0 } = await counts('by=action&limit=1');
    expect(items).toHaveLength(1);
    expect(remainingItemCount).toBeGreaterThan(0);
    const { items: all } = await counts('by=action');
    expect(all).toEqual(all.toSorted((a, b) => b.count - a.count));
  });

  it.each(['', 'by=moon', 'by=user&by=key', 'by=user&limit=501', 'by=user&continue=x', 'by=time'])(
    'are refused for %j',
    async (query) => {
      const answer = await get(query);
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'BadRequest' });
    },
  );

  it('need the right that a list of the same events needs', async () => {
    expect((await get('by=user&namespace=pay', world.tokens.local)).status).toBe(200);
    for (const query of ['by=user', 'by=user&namespace=shop', 'by=namespace&namespace=p*']) {
      expect((await get(query, world.tokens.local)).status, query).toBe(403);
    }
    expect((await get('by=user&namespace=pay', world.tokens.stranger)).status).toBe(403);
  });

  it('are on record themselves', async () => {
    await counts('by=user&namespace=pay&secret=db');
    const { items } = await world.find('?action=audit.read&secret=db&limit=1');
    expect(items[0]).toMatchObject({ namespace: 'pay', outcome: 'allowed', plane: 'self' });
  });
});

describe('counts over GraphQL', () => {
  const ask = async (query: string, token = world.tokens.auditor) => {
    const answer = await world.call({ method: 'POST', path: '/graphql', body: { query } }, token);
    return answer.json<{
      data?: { auditCounts: { readonly items: readonly Count[] } | null };
      errors?: unknown[];
    }>();
  };
  const filter = 'filter: {namespace: "pay", secret: "db", key: "user", action: "secrets.reveal"}';

  it('are the same', async () => {
    const { data } = await ask(`{ auditCounts(by: USER, ${filter}) { items { value count } } }`);
    expect(data?.auditCounts?.items).toEqual([
      { value: app, count: 3 },
      { value: stranger, count: 1 },
    ]);
    const one = await ask(`{ auditCounts(by: USER, first: 1, ${filter}) {
      items { value } remainingItemCount } }`);
    expect(one.data?.auditCounts).toEqual({ items: [{ value: app }], remainingItemCount: 1 });
  });

  it('are null with an error where they are refused', async () => {
    const forbidden = await ask(
      '{ auditCounts(by: USER) { items { count } } }',
      world.tokens.stranger,
    );
    expect(forbidden.data?.auditCounts).toBeNull();
    expect(forbidden.errors).toMatchObject([{ extensions: { code: 'Forbidden' } }]);
    const bad = await ask('{ auditCounts(by: MOON) { items { count } } }');
    expect(bad.errors).toMatchObject([{ extensions: { code: 'BadRequest' } }]);
  });
});
