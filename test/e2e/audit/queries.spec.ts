import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Call } from '../../support/raw-http.js';

import { AuditWorld, type Event, type Page } from './audit-world.js';

const path = '/v1/namespaces/pay/secrets';

let world: AuditWorld;

beforeAll(async () => {
  world = await AuditWorld.start();
  const item = `${path}/db`;
  await call({ path: '/v1/secrets' });
  await call({ path: '/v1/namespaces/shop/secrets' });
  const { stranger } = world.tokens;
  for (const token of [world.tokens.app, stranger, 'garbage']) {
    await call({ path: item }, token);
    await call({ path: `${item}/metadata` }, token);
    await call({ path: `${item}/keys/user` }, token);
    await call({ path: `${item}?dryrun=All` }, token);
    await call({ path }, token);
    await call({ method: 'PATCH', path: item, body: { stringData: { user: 'x' } } }, token);
  }
});

afterAll(() => world.stop());

const call = (wish: Call, token?: string) => world.call(wish, token);
const find = (query?: string) => world.find(query);

describe('a filter', () => {
  const has = (test: (event: Event) => boolean) => test;
  const filters: readonly (readonly [string, (event: Event) => boolean])[] = [
    ['namespace=pay', has((event) => event.namespace === 'pay')],
    ['namespace=p*', has((event) => event.namespace?.startsWith('p') ?? false)],
    ['secret=db', has((event) => event.secret === 'db')],
    ['secret=d*', has((event) => event.secret?.startsWith('d') ?? false)],
    ['key=user', has((event) => event.keys.includes('user'))],
    ['key=us*', has((event) => event.keys.some((key) => key.startsWith('us')))],
    ['user=system:serviceaccount:pay:stranger', has((event) => event.user.endsWith(':stranger'))],
    [
      'user=system:serviceaccount:*',
      has((event) => event.user.startsWith('system:serviceaccount')),
    ],
    [
      'group=system:unauthenticated',
      has((event) => event.groups.includes('system:unauthenticated')),
    ],
    ['credential=JTI*', has((event) => event.credentialId?.startsWith('JTI') ?? false)],
    ['action=secrets.reveal', has((event) => event.action === 'secrets.reveal')],
    ['action=secrets.reveal&action=secrets.list', has((event) => /reveal|list/.test(event.action))],
    ['action=secrets.*', has((event) => event.action.startsWith('secrets.'))],
    ['outcome=denied', has((event) => event.outcome === 'denied')],
    ['outcome=failed', has((event) => event.outcome === 'failed')],
    ['outcome=allowed', has((event) => event.outcome === 'allowed')],
    ['code=403', has((event) => event.code === 403)],
    ['sourceIp=127.0.0.*', has((event) => event.sourceIp?.startsWith('127.0.0.') ?? false)],
    ['plane=self', has((event) => event.plane === 'self')],
    ['plane=none', has((event) => event.plane === 'none')],
    ['source=gateway', has(() => true)],
    ['since=1h', has(() => true)],
    [
      'namespace=pay&outcome=denied&action=secrets.get',
      has(
        (event) =>
          event.action === 'secrets.get' && event.namespace === 'pay' && event.outcome === 'denied',
      ),
    ],
  ];

  it.each(filters)('%s finds exactly what matches', async (query, matches) => {
    const until = new Date().toISOString();
    const { items: all } = await find(`?until=${until}&limit=500`);
    const { items } = await find(`?until=${until}&limit=500&${query}`);
    const wanted = all.filter((event) => matches(event) && !isListOf(event, query));
    expect(wanted.length).toBeGreaterThan(0);
    expect(items.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
  });

  /** `namespaces.list` is no `secrets.list`. */
  function isListOf(event: Event, query: string): boolean {
    return query.includes('action=secrets.reveal&') && !event.action.startsWith('secrets.');
  }

  it.each([
    'source=cluster',
    'mark=audit-id-reused',
    'until=1h',
    'secret=d',
    'user=%27%20OR%201%3D1--',
  ])('%s finds nothing here', async (query) => {
    expect(await find(`?${query}`)).toEqual({ items: [] });
  });

  it.each([
    'outcome=maybe',
    'code=x',
    'source=moon',
    'plane=none&plane=none',
    'since=yesterday',
    'until=30x',
    'limit=0',
    'limit=501',
    'continue=xx',
    'action=x',
    'Namespace=pay',
  ])('%s is refused', async (query) => {
    const answer = await call({ path: `/v1/audit/events?${query}` }, world.tokens.auditor);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'BadRequest' });
  });
});

describe('a filter over GraphQL', () => {
  const query = `query ($filter: AuditEventFilter) {
    auditEvents(filter: $filter, first: 500) { nodes { id } } }`;
  const ask = (body: object) =>
    call({ method: 'POST', path: '/graphql', body }, world.tokens.auditor);

  it.each(['1h', '24h'])('takes an age as REST does: %s', async (since) => {
    const filter = { secret: 'db', since };
    const answer = await ask({ query, variables: { filter } });
    const { items } = await find(`?secret=db&since=${since}&limit=500`);
    expect(items.length).toBeGreaterThan(0);
    const nodes = items.map(({ id }) => ({ id }));
    expect(answer.json()).toEqual({ data: { auditEvents: { nodes } } });
  });

  it.each([
    [{ outcome: 'hunter2' }, 'outcome must be one of ALLOWED, DENIED, FAILED, UNKNOWN'],
    [{ since: 'hunter2' }, 'since must be a value of type "TimeOrAge": RFC 3339 time, or an age'],
    [{ secret: ['hunter2'] }, 'secret must be a value of type "String"'],
    [{ Secret: 'hunter2' }, 'has no field Secret'],
  ])('says which field is wrong, and what it must be: %j', async (filter, reason) => {
    const answer = await ask({ query, variables: { filter } });
    expect(answer.status).toBe(400);
    const { errors } = answer.json<{
      errors: readonly { message: string; extensions: object }[];
    }>();
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining(`Variable "$filter" is not valid: ${reason}`),
    ]);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BadRequest', status: 400 });
    expect(answer.text).not.toContain('hunter2');
  });

  it('says so of a literal as well', async () => {
    const literal = '{ auditEvents(filter: { outcome: HUNTER2 }) { nodes { id } } }';
    const answer = await ask({ query: literal });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('filter.outcome must be one of ALLOWED, DENIED');
    expect(answer.text).not.toContain('HUNTER2');
  });
});

describe('pages', () => {
  it('hold each event once, newest first, whatever is written meanwhile', async () => {
    const until = new Date().toISOString();
    const { items: all } = await find(`?until=${until}&limit=500`);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const next: string = cursor === undefined ? '' : `&continue=${encodeURIComponent(cursor)}`;
      const page: Page = await find(`?until=${until}&limit=7${next}`);
      expect(page.items.length).toBeLessThanOrEqual(7);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.continue;
      await call({ path: `${path}/db/metadata` });
    } while (cursor !== undefined);
    expect(seen).toEqual(all.map(({ id }) => id));
    expect(seen).toEqual(seen.toSorted((a, b) => Number(b) - Number(a)));
  });

  it('ask for the right each time: a cursor is no permission', async () => {
    const page = await find('?limit=1');
    const query = `?limit=1&continue=${encodeURIComponent(page.continue ?? '')}`;
    const answer = await call({ path: `/v1/audit/events${query}` }, world.tokens.stranger);
    expect(answer.status).toBe(403);
  });
});

describe('the right to read the trail', () => {
  const get = (query: string, token: string) => call({ path: `/v1/audit/events${query}` }, token);

  it('in one namespace opens that one alone', async () => {
    const own = await get('?namespace=pay', world.tokens.local);
    expect(own.status).toBe(200);
    expect(new Set(own.json<Page>().items.map(({ namespace }) => namespace))).toEqual(
      new Set(['pay']),
    );
    for (const query of ['', '?namespace=shop', '?namespace=pa*', '?namespace=*', '?secret=db']) {
      expect((await get(query, world.tokens.local)).status, query).toBe(403);
    }
  });

  it('cluster-wide opens all', async () => {
    for (const query of ['', '?namespace=pay', '?namespace=*', '?namespace=nowhere']) {
      expect((await get(query, world.tokens.auditor)).status, query).toBe(200);
    }
  });

  it('is worded as Kubernetes words it where it is missing', async () => {
    const { detail } = (await get('?namespace=pay', world.tokens.stranger)).json();
    expect(detail).toBe(
      'auditevents.sallyport.dev is forbidden: User "system:serviceaccount:pay:stranger" cannot ' +
        'list resource "auditevents" in API group "sallyport.dev" in the namespace "pay"',
    );
  });

  it('holds for one event by its id, and hides whether there is another', async () => {
    const { items } = await find('?namespace=pay&limit=1');
    const { items: elsewhere } = await find('?namespace=shop&limit=1');
    const one = items[0];
    const other = elsewhere[0];
    expect((await get(`/${one?.id}`, world.tokens.auditor)).json()).toEqual(one);
    expect((await get(`/${one?.id}`, world.tokens.local)).json()).toEqual(one);
    expect((await get(`/${other?.id}`, world.tokens.local)).status).toBe(403);
    const strip = (answer: Answer) => answer.text.replaceAll(/"(requestId|auditId)":"[^"]*"/g, '');
    const hidden = await get(`/${other?.id}`, world.tokens.local);
    const missing = await get('/99999999', world.tokens.local);
    expect(missing.status).toBe(403);
    expect(strip(missing)).toBe(strip(hidden));
    expect((await get('/99999999', world.tokens.auditor)).status).toBe(404);
    expect((await get('/x', world.tokens.auditor)).status).toBe(400);
  });
});
