import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { makeAuditor, seedSecret } from '../../support/seed.js';

interface Event {
  readonly id: string;
  readonly time: string;
  readonly user: string;
  readonly action: string;
  readonly outcome: string;
  readonly code: number;
  readonly namespace?: string;
  readonly secret?: string;
  readonly keys: readonly string[];
  readonly plane: string;
  readonly reason?: string;
  readonly parentId?: string;
  readonly auditId: string;
  readonly sourceIp?: string;
  readonly userAgent?: string;
  readonly credentialId?: string;
  readonly groups: readonly string[];
}

interface Page {
  readonly items: readonly Event[];
  readonly continue?: string;
}

let installation: TestInstallation;
let base: string;
const tokens = { app: '', stranger: '', auditor: '', local: '', wanderer: '' };

const path = '/v1/namespaces/pay/secrets';

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await installation.serve('shop');
  await installation.serve('vault');
  await seedSecret(installation, 'pay', 'db', { user: 'root', password: 'root' });
  await seedSecret(installation, 'shop', 'db', { password: 'root' });
  const list = { verbs: ['list'], resources: ['auditevents'], apiGroups: ['sallyport.dev'] };
  tokens.app = await installation.user('pay', 'app', [allOfSecrets]);
  tokens.stranger = await installation.user('pay', 'stranger', []);
  tokens.auditor = await installation.user('pay', 'auditor', []);
  tokens.local = await installation.user('pay', 'local', [list]);
  tokens.wanderer = await installation.user('pay', 'wanderer', [
    { verbs: ['list'], resources: ['secrets'] },
  ]);
  await installation.grant('shop', 'wanderer', [{ verbs: ['list'], resources: ['secrets'] }], 'pay');
  await makeAuditor(installation, 'pay', 'auditor');
});

afterAll(() => installation.stop());

const call = (wish: Call, token = tokens.app) => send(base, { token, ...wish });

async function find(query = '', token = tokens.auditor): Promise<Page> {
  const answer = await send(base, { path: `/v1/audit/events${query}`, token });
  expect(answer.status, answer.text).toBe(200);
  return answer.json<Page>();
}

/** The events of one request, newest first. */
async function eventsOf(answer: Answer): Promise<readonly Event[]> {
  const id = answer.headers['audit-id'];
  const { items } = await find();
  return items.filter(({ auditId, parentId }) => auditId === id || parentId === id);
}

describe('one request is on record', () => {
  it('as one event with who, what, which object, from where and how it ended', async () => {
    const answer = await call({ path: `${path}/db`, headers: { 'user-agent': 'test/1' } });
    expect(await eventsOf(answer)).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        user: 'system:serviceaccount:pay:app',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:pay', 'system:authenticated'],
        credentialId: expect.stringMatching(/^JTI=/),
        action: 'secrets.reveal',
        outcome: 'allowed',
        code: 200,
        namespace: 'pay',
        secret: 'db',
        keys: ['password', 'user'],
        source: 'gateway',
        sourceIp: '127.0.0.1',
        userAgent: 'test/1',
        plane: 'caller',
        marks: [],
        auditId: answer.headers['audit-id'],
      },
    ]);
  });

  it('with its X-Change-Reason, also in letters beyond ASCII', async () => {
    const reason = 'Müller asked: 日本 🔑';
    const headers = { 'x-change-reason': Buffer.from(reason, 'utf8').toString('latin1') };
    const answer = await call({
      method: 'PATCH',
      path: `${path}/db`,
      headers,
      body: { stringData: { user: 'admin' } },
    });
    expect(answer.status).toBe(200);
    expect(await eventsOf(answer)).toMatchObject([{ action: 'secrets.patch', reason }]);
    const read = await call({ path: `${path}/db/metadata`, headers });
    expect(await eventsOf(read)).toMatchObject([{ action: 'secrets.get', reason }]);
  });

  it('with an X-Change-Reason of 512 characters at most', async () => {
    const of = (length: number) =>
      call({ path: `${path}/db/metadata`, headers: { 'x-change-reason': 'r'.repeat(length) } });
    expect((await of(512)).status).toBe(200);
    const refused = await of(513);
    expect(refused.status).toBe(400);
    expect(await eventsOf(refused)).toHaveLength(1);
  });

  it('with the address of its socket, whatever it says of itself', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' };
    const answer = await call({ path: `${path}/db/metadata`, headers });
    expect(await eventsOf(answer)).toMatchObject([{ sourceIp: '127.0.0.1' }]);
  });

  const verbs: readonly (readonly [string, Call, number, object])[] = [
    ['list', { path }, 200, { action: 'secrets.list', namespace: 'pay' }],
    ['read of metadata', { path: `${path}/db/metadata` }, 200, { action: 'secrets.get' }],
    ['read of a key', { path: `${path}/db/keys/user` }, 200, { action: 'secrets.reveal', keys: ['user'] }],
    ['HEAD', { method: 'HEAD', path: `${path}/db` }, 200, { action: 'secrets.reveal' }],
    ['create', { method: 'POST', path, body: { name: 'new', stringData: { a: '1' } } }, 201, { action: 'secrets.create', secret: 'new', keys: ['a'] }],
    ['PUT that creates', { method: 'PUT', path: `${path}/put`, body: { stringData: { a: '1' } } }, 201, { action: 'secrets.create', secret: 'put' }],
    ['PUT that replaces', { method: 'PUT', path: `${path}/put`, body: { stringData: { a: '2' } } }, 200, { action: 'secrets.update', secret: 'put' }],
    ['patch', { method: 'PATCH', path: `${path}/put`, body: { stringData: { b: '2' } } }, 200, { action: 'secrets.patch', keys: ['b'] }],
    ['PUT of a key', { method: 'PUT', path: `${path}/put/keys/c`, body: Buffer.from('3') }, 201, { action: 'secrets.update', keys: ['c'] }],
    ['DELETE of a key', { method: 'DELETE', path: `${path}/put/keys/c` }, 200, { action: 'secrets.update', keys: ['c'] }],
    ['delete', { method: 'DELETE', path: `${path}/put` }, 200, { action: 'secrets.delete', secret: 'put' }],
    ['list of namespaces', { path: '/v1/namespaces' }, 200, { action: 'namespaces.list' }],
  ];

  it.each(verbs)('under its action, once: %s', async (_title, wish, code, event) => {
    const answer = await call(wish);
    expect(answer.status, answer.text).toBe(code);
    expect(await eventsOf(answer)).toMatchObject([{ outcome: 'allowed', code, ...event }]);
  });

  it('as secrets.check where nothing was modified', async () => {
    const { headers } = await call({ path: `${path}/db` });
    const answer = await call({
      path: `${path}/db`,
      headers: { 'if-none-match': headers.etag ?? '' },
    });
    expect(answer.status).toBe(304);
    expect(await eventsOf(answer)).toMatchObject([{ action: 'secrets.check', code: 304, keys: [] }]);
  });

  it('as a read of the trail, which is in the trail itself', async () => {
    const answer = await call({ path: '/v1/audit/events?namespace=pay' }, tokens.auditor);
    expect(await eventsOf(answer)).toMatchObject([
      { action: 'audit.read', namespace: 'pay', outcome: 'allowed', plane: 'self' },
    ]);
  });
});

describe('what was refused is on record once, with action and object:', () => {
  const json = { 'content-type': 'application/json' };
  const item = `${path}/db`;
  const at = { namespace: 'pay', secret: 'db' };
  const failed: readonly (readonly [string, Call, number, object])[] = [
    ['unknown parameter', { path: `${item}?dryrun=All` }, 400, { action: 'secrets.reveal', ...at }],
    ['parameter given twice', { path: `${item}?format=env&format=json` }, 400, { action: 'secrets.reveal', ...at }],
    ['bad entity tag', { path: item, headers: { 'if-match': 'x' } }, 400, { action: 'secrets.reveal', ...at }],
    ['bad label selector', { path: `${path}?labelSelector=%3D` }, 400, { action: 'secrets.list', namespace: 'pay' }],
    ['bad cursor', { path: `${path}?continue=xx` }, 400, { action: 'secrets.list' }],
    ['malformed JSON', { method: 'PUT', path: item, headers: json, body: '{' }, 400, { action: 'secrets.update', ...at }],
    ['malformed JSON of a POST', { method: 'POST', path, headers: json, body: '{' }, 400, { action: 'secrets.create', namespace: 'pay' }],
    ['bad Idempotency-Key', { method: 'DELETE', path: item, headers: { 'idempotency-key': 'é' } }, 400, { action: 'secrets.delete', ...at }],
    ['body where none belongs', { method: 'DELETE', path: item, headers: json, body: '{}' }, 400, { action: 'secrets.delete', ...at }],
    ['too large a body', { method: 'PUT', path: item, headers: json, body: Buffer.alloc(7_400_000, 32) }, 413, { action: 'secrets.update', ...at }],
    ['too large a value', { method: 'PUT', path: `${item}/keys/a`, body: Buffer.alloc(1_100_000) }, 413, { action: 'secrets.update', ...at }],
    ['media type', { method: 'PUT', path: item, headers: { 'content-type': 'text/plain' }, body: 'x' }, 415, { action: 'secrets.update', ...at }],
    ['media type of a patch', { method: 'PATCH', path: item, headers: { 'content-type': 'application/apply-patch+yaml' }, body: 'x' }, 415, { action: 'secrets.patch', ...at }],
    ['compressed body', { method: 'PUT', path: item, headers: { ...json, 'content-encoding': 'gzip' }, body: 'x' }, 415, { action: 'secrets.update', ...at }],
    ['unknown member', { method: 'PUT', path: item, body: { stringdata: {} } }, 422, { action: 'secrets.update', ...at }],
    ['bad base64', { method: 'PATCH', path: item, body: { data: { a: '?' } } }, 422, { action: 'secrets.patch', ...at }],
    ['missing maps', { method: 'PUT', path: item, body: {} }, 422, { action: 'secrets.update', ...at }],
    ['format that cannot show it', { path: `${path}/odd?format=env` }, 422, { action: 'secrets.reveal', secret: 'odd' }],
    ['failed If-Match', { method: 'PUT', path: item, headers: { 'if-match': '"x.1"' }, body: { stringData: {} } }, 412, { action: 'secrets.update', ...at }],
    ['missing Secret', { path: `${path}/nothing` }, 404, { action: 'secrets.reveal', secret: 'nothing' }],
    ['missing key', { path: `${item}/keys/nothing` }, 404, { action: 'secrets.reveal', keys: ['nothing'] }],
    ['bad audit filter', { path: '/v1/audit/events?outcome=maybe' }, 400, { action: 'audit.read' }],
  ];

  beforeAll(() => seedSecret(installation, 'pay', 'odd', { 'not-a-name': 'x' }));

  it.each(failed)('%s', async (_title, wish, code, event) => {
    const answer = await call(wish);
    expect(answer.status, answer.text).toBe(code);
    expect(await eventsOf(answer)).toMatchObject([{ outcome: 'failed', code, ...event }]);
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer garbage' }],
  ])('%s, as auth.refused of nobody', async (_title, headers) => {
    const answer = await send(base, { path: item, headers });
    expect(answer.status).toBe(401);
    expect(await eventsOf(answer)).toMatchObject([
      { action: 'auth.refused', outcome: 'denied', code: 401, user: 'system:anonymous' },
    ]);
  });

  it('an Impersonate header, without its content', async () => {
    const headers = { 'impersonate-user': 'system:admin' };
    const answer = await call({ path: item, headers });
    expect(answer.status).toBe(400);
    const events = await eventsOf(answer);
    expect(events).toMatchObject([{ outcome: 'failed', code: 400 }]);
    expect(JSON.stringify(events)).not.toContain('system:admin');
  });

  const denied: readonly (readonly [string, Call, object])[] = [
    ['read', { path: item }, { action: 'secrets.reveal', ...at }],
    ['read of a key', { path: `${item}/keys/user` }, { action: 'secrets.reveal', ...at }],
    ['read of metadata', { path: `${item}/metadata` }, { action: 'secrets.get', ...at }],
    ['list', { path }, { action: 'secrets.list', namespace: 'pay' }],
    ['create', { method: 'POST', path, body: { name: 'x', stringData: {} } }, { action: 'secrets.create', secret: 'x' }],
    ['replacement', { method: 'PUT', path: item, body: { stringData: {} } }, { action: 'secrets.update', ...at }],
    ['patch', { method: 'PATCH', path: item, body: { stringData: {} } }, { action: 'secrets.patch', ...at }],
    ['delete', { method: 'DELETE', path: item }, { action: 'secrets.delete', ...at }],
    ['read of the trail', { path: '/v1/audit/events' }, { action: 'audit.read' }],
    ['read of an event', { path: '/v1/audit/events/0' }, { action: 'audit.read' }],
    ['read in a namespace that is never served', { path: '/v1/namespaces/kube-system/secrets/x' }, { action: 'secrets.reveal', namespace: 'kube-system' }],
  ];

  it.each(denied)('a denied %s', async (_title, wish, event) => {
    const answer = await call(wish, tokens.stranger);
    expect(answer.status, answer.text).toBe(403);
    const user = 'system:serviceaccount:pay:stranger';
    expect(await eventsOf(answer)).toMatchObject([{ outcome: 'denied', code: 403, user, ...event }]);
  });
});

describe('a union list', () => {
  it('gives one event for each namespace, under the one of the request', async () => {
    const answer = await call({ path: '/v1/secrets' }, tokens.wanderer);
    expect(answer.json<Page>().items.map((item) => item.namespace)).toEqual(
      expect.arrayContaining(['pay', 'shop']),
    );
    const events = await eventsOf(answer);
    const parent = events.filter(({ parentId }) => parentId === undefined);
    const parts = events.filter(({ parentId }) => parentId === answer.headers['audit-id']);
    expect(parent).toMatchObject([{ action: 'secrets.list', plane: 'self', outcome: 'allowed' }]);
    expect(parent[0]?.namespace).toBeUndefined();
    expect(parts.map(({ namespace }) => namespace).toSorted()).toEqual(['pay', 'shop']);
    expect(parts).toMatchObject([{ plane: 'caller' }, { plane: 'caller' }]);
    expect(new Set(events.map(({ auditId }) => auditId)).size).toBe(3);
  });
});

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
    ['user=system:serviceaccount:*', has((event) => event.user.startsWith('system:serviceaccount'))],
    ['group=system:unauthenticated', has((event) => event.groups.includes('system:unauthenticated'))],
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
    ['namespace=pay&outcome=denied&action=secrets.get', has((event) => event.action === 'secrets.get' && event.namespace === 'pay' && event.outcome === 'denied')],
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

  it.each(['source=cluster', 'mark=audit-id-reused', 'until=1h', 'secret=d', 'user=%27%20OR%201%3D1--'])(
    '%s finds nothing here',
    async (query) => {
      expect(await find(`?${query}`)).toEqual({ items: [] });
    },
  );

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
    const answer = await call({ path: `/v1/audit/events?${query}` }, tokens.auditor);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'BadRequest' });
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
    const answer = await call({ path: `/v1/audit/events${query}` }, tokens.stranger);
    expect(answer.status).toBe(403);
  });
});

describe('the right to read the trail', () => {
  const get = (query: string, token: string) => call({ path: `/v1/audit/events${query}` }, token);

  it('in one namespace opens that one alone', async () => {
    const own = await get('?namespace=pay', tokens.local);
    expect(own.status).toBe(200);
    expect(new Set(own.json<Page>().items.map(({ namespace }) => namespace))).toEqual(
      new Set(['pay']),
    );
    for (const query of ['', '?namespace=shop', '?namespace=pa*', '?namespace=*', '?secret=db']) {
      expect((await get(query, tokens.local)).status, query).toBe(403);
    }
  });

  it('cluster-wide opens all', async () => {
    for (const query of ['', '?namespace=pay', '?namespace=*', '?namespace=nowhere']) {
      expect((await get(query, tokens.auditor)).status, query).toBe(200);
    }
  });

  it('is worded as Kubernetes words it where it is missing', async () => {
    const { detail } = (await get('?namespace=pay', tokens.stranger)).json();
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
    expect((await get(`/${one?.id}`, tokens.auditor)).json()).toEqual(one);
    expect((await get(`/${one?.id}`, tokens.local)).json()).toEqual(one);
    expect((await get(`/${other?.id}`, tokens.local)).status).toBe(403);
    const strip = (answer: Answer) => answer.text.replaceAll(/"(requestId|auditId)":"[^"]*"/g, '');
    const hidden = await get(`/${other?.id}`, tokens.local);
    const missing = await get('/99999999', tokens.local);
    expect(missing.status).toBe(403);
    expect(strip(missing)).toBe(strip(hidden));
    expect((await get('/99999999', tokens.auditor)).status).toBe(404);
    expect((await get('/x', tokens.auditor)).status).toBe(400);
  });
});
