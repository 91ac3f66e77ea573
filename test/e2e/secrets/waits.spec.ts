import { request as httpRequest } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../../src/app/gateway.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { SecretWaits } from '../../../src/secrets/read/secret-waits.js';
import { type Rule, gatewayConfig } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { TokensWorld, allOfTokens, eventually, virtual } from '../../support/tokens-world.js';
import { partOf } from '../../support/part-of.js';

const off = { versions: { enabled: false }, rotation: { enabled: false } };
const bindings = '/apis/rbac.authorization.k8s.io/v1/namespaces/pay/rolebindings';
const reads: Rule = { verbs: ['get'], resources: ['secrets'] };

let world: TokensWorld;
let reader: string;
let count = 0;

beforeAll(async () => {
  const namespaces = { served: ['pay'], scope: 'cluster' };
  world = await TokensWorld.start({ ...off, namespaces });
  // In `ops` the gateway has its rights, and does not serve it.
  for (const namespace of ['pay', 'ops']) await world.installation.serve(namespace);
  reader = await world.installation.user('pay', 'reader', [reads]);
  await world.grantEverywhere({ namespace: 'pay', name: 'reader' }, 'reader', [allOfTokens, reads]);
});

afterAll(() => world.stop());

/** A Secret of this test alone, past the gateway. */
class Waited {
  readonly name: string;
  readonly namespace: string;

  private constructor(namespace: string) {
    count += 1;
    this.name = `waited-${count}`;
    this.namespace = namespace;
  }

  static async seeded(namespace = 'pay'): Promise<Waited> {
    const waited = new Waited(namespace);
    const stringData = { password: 'before-12345', user: 'app' };
    await seedSecret(world.installation, namespace, waited.name, stringData);
    await eventually(async () => {
      if ((await waited.read()).status !== 200) throw new Error('not to be read yet');
    });
    return waited;
  }

  get path(): string {
    return `/v1/namespaces/${this.namespace}/secrets/${this.name}`;
  }

  get values(): string {
    return `/v1/namespaces/${this.namespace}/values?secret=${this.name}`;
  }

  read(token = reader): Promise<Answer> {
    return send(world.base, { path: this.path, token });
  }

  async change(stringData: object = { password: 'after-12345' }): Promise<void> {
    await this.#past('PATCH', { stringData });
  }

  async delete(): Promise<void> {
    await this.#past('DELETE');
  }

  async #past(method: string, body?: object): Promise<void> {
    const path = `/api${this.path}`;
    const answer = await world.installation.cluster.request(method, path, body);
    if (answer.status !== 200) throw new Error(`not done: ${answer.status}`);
  }
}

interface Waiting {
  readonly token?: string;
  readonly seconds?: number;
  readonly base?: string;
}

/** Asks with the tag of the state that is there, and resolves once the request waits. */
async function begin(path: string, waiting: Waiting = {}): Promise<{ answer: Promise<Answer> }> {
  const { token = reader, seconds = 15, base = world.base } = waiting;
  const etag = (await send(base, { path, token })).headers.etag ?? '';
  const before = places().size;
  const separator = path.includes('?') ? '&' : '?';
  const answer = send(base, {
    path: `${path}${separator}waitSeconds=${seconds}`,
    ...{ token, headers: { 'if-none-match': etag } },
  });
  if (base === world.base) await eventually(async () => expect(places().size).toBe(before + 1));
  return { answer };
}

function places(): SecretWaits {
  return world.installation.gateway.app.get(SecretWaits, { strict: false });
}

/** How many requests the metrics have with a status. */
async function countedAs(status: number): Promise<number> {
  const { payload } = await world.installation.gateway.health.inject('/metrics');
  const counts = payload.matchAll(
    new RegExp(`^sallyport_http_requests_total\\{.*status="${status}"\\} (\\d+)$`, 'gm'),
  );
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** `action outcome code` of the events of one call. */
async function trailOf(answer: Answer): Promise<readonly string[]> {
  const events = await world.eventsOf(answer);
  return events.map(({ action, outcome, code }) => `${action} ${outcome} ${code}`).toSorted();
}

describe('a read that waits', () => {
  it('is answered with the next state, on record once', async () => {
    const secret = await Waited.seeded();
    const { answer } = await begin(secret.path);
    await secret.change();
    const told = await answer;
    expect(told.status).toBe(200);
    expect(told.json()).toMatchObject({ stringData: { password: 'after-12345' } });
    expect(told.headers.etag).toBe((await secret.read()).headers.etag);
    expect(await trailOf(told)).toEqual(['secrets.reveal allowed 200']);
  });

  it('of one key is answered when its Secret changes', async () => {
    const secret = await Waited.seeded();
    const { answer } = await begin(`${secret.path}/keys/password`);
    await secret.change();
    expect((await answer).text).toBe('after-12345');
    const { answer: other } = await begin(`${secret.path}/keys/password`);
    await secret.change({ user: 'another' });
    expect([(await other).status, (await other).text]).toEqual([200, 'after-12345']);
  });

  it('of several Secrets is answered when any of them changes', async () => {
    const [first, second] = [await Waited.seeded(), await Waited.seeded()];
    const { answer } = await begin(`${first.values}&secret=${second.name}/password`);
    await second.change();
    const told = await answer;
    expect(told.json()).toEqual({
      [first.name]: { password: 'before-12345', user: 'app' },
      [second.name]: { password: 'after-12345' },
    });
    expect(await trailOf(told)).toEqual(
      Array.from({ length: 3 }, () => 'secrets.reveal allowed 200'),
    );
  });

  it('is answered at once where its tag is of another state', async () => {
    const secret = await Waited.seeded();
    const told = await send(world.base, {
      path: `${secret.path}?waitSeconds=300`,
      ...{ token: reader, headers: { 'if-none-match': '"other"' } },
    });
    expect(told.status).toBe(200);
  });

  it('is 412 at once where If-Match names another state', async () => {
    const secret = await Waited.seeded();
    const headers = { 'if-none-match': '*', 'if-match': '"other"' };
    for (const path of [`${secret.path}?`, `${secret.values}&`]) {
      const call = { path: `${path}waitSeconds=300`, token: reader, headers };
      expect((await send(world.base, call)).json()).toMatchObject({ status: 412 });
    }
  });

  it('is 304 when its time is up, on record once', async () => {
    const secret = await Waited.seeded();
    for (const path of [secret.path, `${secret.path}/keys/password`]) {
      const told = await (await begin(path, { seconds: 1 })).answer;
      expect([told.status, told.text]).toEqual([304, '']);
      expect(await trailOf(told)).toEqual(['secrets.check allowed 304']);
    }
    const told = await (await begin(secret.values, { seconds: 1 })).answer;
    expect(await trailOf(told)).toEqual([
      ...['secrets.check allowed 304', 'secrets.check allowed 304'],
    ]);
  });

  it('is 404 once its Secret is deleted, and where there is none', async () => {
    const secret = await Waited.seeded();
    const { answer } = await begin(secret.path);
    await secret.delete();
    expect((await answer).json()).toMatchObject({ status: 404, code: 'NotFound' });
    expect(await trailOf(await answer)).toEqual(['secrets.reveal failed 404']);
    const path = `${secret.path}?waitSeconds=300`;
    const headers = { 'if-none-match': '"any"' };
    expect((await send(world.base, { path, token: reader, headers })).status).toBe(404);
  });

  it('at the API server itself is answered at the change as well', async () => {
    const secret = await Waited.seeded();
    const { answer } = await begin(`${secret.path}?consistency=strong`);
    await secret.change();
    expect((await answer).json()).toMatchObject({ stringData: { password: 'after-12345' } });
    const [event] = await world.eventsOf(await answer);
    expect(event).toMatchObject({ plane: 'caller' });
  });

  it('in a namespace that is not served looks again and again', async () => {
    const secret = await Waited.seeded('ops');
    const { answer } = await begin(secret.path);
    await secret.change();
    const told = await answer;
    expect(told.json()).toMatchObject({ stringData: { password: 'after-12345' } });
    expect(await trailOf(told)).toEqual(['secrets.reveal allowed 200']);
  });

  it('is one of many, and all of them are answered and on record', async () => {
    const secret = await Waited.seeded();
    const etag = (await secret.read()).headers.etag ?? '';
    const waits = Array.from({ length: 200 }, () =>
      send(world.base, {
        path: `${secret.path}/keys/password?waitSeconds=15`,
        ...{ token: reader, headers: { 'if-none-match': etag } },
      }),
    );
    await eventually(async () => expect(places().size).toBe(200));
    await secret.change();
    const told = await Promise.all(waits);
    expect(new Set(told.map(({ text }) => text))).toEqual(new Set(['after-12345']));
    const audit = partOf(world.installation.gateway, AuditService);
    const ids = new Set(told.map(({ headers }) => headers['audit-id']));
    const { items } = await audit.list({ secret: secret.name }, { limit: 500 });
    expect(items.filter(({ auditId }) => ids.has(auditId))).toHaveLength(200);
    expect(places().size).toBe(0);
  });
});

describe('a read that waits ends', () => {
  it('within 3 s with the right to it, as Kubernetes words it', async () => {
    const secret = await Waited.seeded();
    const token = await world.installation.user('pay', 'leaver', [reads]);
    await eventually(async () => expect((await secret.read(token)).status).toBe(200));
    const paths = [secret.path, `${secret.path}/keys/password`, secret.values];
    const waits = [];
    for (const path of paths) waits.push((await begin(path, { token })).answer);
    await world.installation.cluster.request('DELETE', `${bindings}/pay-leaver`);
    const since = Date.now();
    for (const told of await Promise.all(waits)) {
      expect(told.json()).toMatchObject({ status: 403, code: 'Forbidden' });
      expect(told.json()['detail']).toContain(
        `secrets "${secret.name}" is forbidden: User "system:serviceaccount:pay:leaver" cannot get`,
      );
      expect(new Set(await trailOf(told))).toEqual(new Set(['secrets.reveal denied 403']));
    }
    expect(Date.now() - since).toBeLessThan(3_000);
  });

  it('not with one right while another does as well, but with that', async () => {
    const secret = await Waited.seeded();
    const { installation } = world;
    const token = await installation.user('pay', 'keeper', [reads]);
    const keys = virtual('secretkeys', 'get');
    await world.grantEverywhere({ namespace: 'pay', name: 'keeper' }, 'keeper', [keys]);
    await eventually(async () => expect((await secret.read(token)).status).toBe(200));
    const { answer: changed } = await begin(`${secret.path}/keys/password`, { token });
    await installation.cluster.request('DELETE', `${bindings}/pay-keeper`);
    await eventually(async () => expect((await secret.read(token)).status).toBe(403));
    await secret.change();
    expect((await changed).text).toBe('after-12345');
    const { answer: ended } = await begin(`${secret.values}/user`, { token });
    await world.takeAway('keeper');
    expect((await ended).json()).toMatchObject({ status: 403, code: 'Forbidden' });
  });

  it('with its token', async () => {
    const secret = await Waited.seeded();
    const { token, id } = await world.mint(reader);
    const { answer } = await begin(secret.path, { token });
    await world.revoke(reader, id);
    const told = await answer;
    expect(told.json()).toMatchObject({ status: 401, code: 'Unauthenticated' });
    expect(told.headers['www-authenticate']).toBe('Bearer');
    expect(await trailOf(told)).toEqual(['secrets.reveal denied 401']);
  });

  it('with the ServiceAccount that waits', async () => {
    const secret = await Waited.seeded();
    const token = await world.installation.user('pay', 'gone', [reads]);
    await eventually(async () => expect((await secret.read(token)).status).toBe(200));
    // The API server itself knows the token for a while.
    const { answer } = await begin(secret.path, { token, seconds: 60 });
    const account = '/api/v1/namespaces/pay/serviceaccounts/gone';
    await world.installation.cluster.request('DELETE', account);
    expect((await answer).json()).toMatchObject({ status: 401, code: 'Unauthenticated' });
  });

  it.each(['path', 'values'] as const)(
    'with its client, on record as cancelled and not as a fault (%s)',
    async (what) => {
      const secret = await Waited.seeded();
      const url = new URL(secret[what], world.base);
      const etag = (await send(world.base, { path: secret[what], token: reader })).headers.etag;
      url.searchParams.set('waitSeconds', '300');
      const headers = { authorization: `Bearer ${reader}`, 'if-none-match': etag ?? '' };
      const outgoing = httpRequest(url, { headers });
      outgoing.on('error', () => undefined);
      outgoing.end();
      await eventually(async () => expect(places().size).toBe(1));
      const { log, gateway } = world.installation;
      const [logged, counted] = [log.length, await countedAs(499)];
      outgoing.destroy();
      await eventually(async () => expect(places().size).toBe(0));
      await eventually(async () => {
        const { items } = await partOf(gateway, AuditService).list({ secret: secret.name });
        const event = { action: 'secrets.check', outcome: 'allowed', code: 499 };
        expect(items[0]).toMatchObject(event);
      });
      await eventually(async () => expect(await countedAs(499)).toBe(counted + 1));
      const levels = log.slice(logged).map((line) => (JSON.parse(line) as { level: number }).level);
      expect(levels.filter((level) => level > 30)).toEqual([]);
    },
  );

  it('with the gateway, which says when to ask again', async () => {
    const secret = await Waited.seeded();
    const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-waits-'));
    const config = await gatewayConfig(world.installation.cluster, dataDir, off);
    const other = await createGateway(config, { level: 'silent' });
    try {
      const [base = ''] = await other.listen();
      await eventually(async () => {
        expect((await send(base, { path: secret.path, token: reader })).status).toBe(200);
      });
      const { answer } = await begin(secret.path, { base });
      const waits = other.app.get(SecretWaits, { strict: false });
      await eventually(async () => expect(waits.size).toBe(1));
      await other.stop();
      const told = await answer;
      expect(told.json()).toMatchObject({ status: 503, code: 'Unavailable' });
      expect(told.headers['retry-after']).toBe('1');
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describe('waitSeconds', () => {
  const paths = (secret: Waited) => [
    `${secret.path}?`,
    `${secret.path}/keys/password?`,
    `${secret.values}&`,
  ];
  const at = { pointer: '/query/waitSeconds' };

  it('is 400 without If-None-Match, and beside a version', async () => {
    const secret = await Waited.seeded();
    for (const path of paths(secret)) {
      const answer = await send(world.base, { path: `${path}waitSeconds=1`, token: reader });
      expect(answer.json()).toMatchObject({ status: 400, code: 'BadRequest', errors: [at] });
      expect(await trailOf(answer)).toEqual(['secrets.reveal failed 400']);
    }
    const headers = { 'if-none-match': '"x"' };
    for (const path of paths(secret).slice(0, 2)) {
      const call = { path: `${path}version=1&waitSeconds=1`, token: reader, headers };
      expect((await send(world.base, call)).json()).toMatchObject({ status: 400, errors: [at] });
    }
  });

  it.each(['0', '301', '1s', '-1', '1.5', ''])('is 400 for %j', async (seconds) => {
    const secret = await Waited.seeded();
    const headers = { 'if-none-match': '"x"' };
    for (const path of paths(secret)) {
      const call = { path: `${path}waitSeconds=${seconds}`, token: reader, headers };
      expect((await send(world.base, call)).json()).toMatchObject({ status: 400, errors: [at] });
    }
  });

  it('is refused, at once, to who may not read', async () => {
    const secret = await Waited.seeded();
    const token = await world.installation.user('pay', 'outsider', []);
    const headers = { 'if-none-match': '"x"' };
    for (const path of paths(secret)) {
      const call = { path: `${path}waitSeconds=300`, token, headers };
      expect((await send(world.base, call)).status).toBe(403);
    }
  });

  it('is for the keys of a token for keys', async () => {
    const secret = await Waited.seeded();
    const { token } = await world.mint(reader, { scope: { keys: ['password'] } });
    const { answer } = await begin(`${secret.path}/keys/password`, { token });
    const { answer: values } = await begin(`${secret.values}/password`, { token });
    await secret.change();
    expect((await answer).text).toBe('after-12345');
    expect((await values).json()).toEqual({ [secret.name]: { password: 'after-12345' } });
    const headers = { 'if-none-match': '"x"' };
    const call = { path: `${secret.path}?waitSeconds=300`, token, headers };
    expect((await send(world.base, call)).status).toBe(403);
  });
});
