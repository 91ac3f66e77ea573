import { X509Certificate } from 'node:crypto';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealingLimits } from '../../../src/core/sealing-limits.js';
import { changeLimits } from '../../support/changed-limits.js';
import { type RestAnswer, RestCaller } from '../../support/rest-caller.js';
import { type Scope, sealedSecret, type Sealing } from '../../support/sealed-secrets.js';
import { type AuditEvent, auditEventsOf, SecretsWorld } from '../../support/secrets-world.js';
import { virtual } from '../../support/tokens-world.js';

type Role = 'owner' | 'writer' | 'creator' | 'auditor' | 'nobody';

const namespace = 'sealed';
const other = 'unsealed';
const path = `/v1/namespaces/${namespace}/sealedsecrets`;
const yaml = { 'content-type': 'application/yaml' };
const unopened =
  'cannot be opened: it is damaged, or was sealed for another gateway, namespace, name or scope';
let world: SecretsWorld<Role>;
let elsewhere: SecretsWorld<'owner'>;
let certificate: string;
let auditorOfAll: string;

beforeAll(async () => {
  world = await SecretsWorld.start(namespace, ['owner', 'writer', 'creator', 'auditor', 'nobody']);
  elsewhere = await SecretsWorld.in(world.installation, other, ['owner']);
  const events = virtual('auditevents', 'list');
  auditorOfAll = await world.installation.clusterUser(namespace, 'auditor-of-all', [events]);
  certificate = await readCertificate();
});
afterAll(() => world?.stop());

async function readCertificate(role: Role = 'nobody'): Promise<string> {
  const answer = await world.as(role).get('/v1/sealing/certificate');
  expect(answer.status).toBe(200);
  return answer.text;
}

function sealed(name: string, rest: Partial<Sealing> = {}) {
  return sealedSecret({ certificate, namespace, name, values: { password: 'p-12345' }, ...rest });
}

function apply(manifest: object | string, role: Role = 'writer'): Promise<RestAnswer> {
  return world.as(role).post(path, manifest);
}

describe('the certificate', () => {
  it('is that of a key of 4096 bits, for every caller, until it is renewed', async () => {
    const read = await world.as('nobody').get('/v1/sealing/certificate');
    expect(read.headers['content-type']).toBe('application/x-pem-file');
    const { publicKey, validToDate } = new X509Certificate(read.text);
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(4_096);
    expect(validToDate.getTime()).toBeGreaterThan(Date.now() + 9 * 365 * 24 * 3_600_000);
    expect(await readCertificate('owner')).toBe(read.text);
  });

  it('needs a credential, and is recorded', async () => {
    const { gateway } = world.installation;
    const anonymous = await gateway.fastify.inject({ url: '/v1/sealing/certificate' });
    expect(anonymous.statusCode).toBe(401);
    const read = await world.as('nobody').get('/v1/sealing/certificate');
    const auditId = read.headers['audit-id'];
    const events = await allEvents(`auditId=${auditId}`);
    expect(events).toEqual([expect.objectContaining({ action: 'sealing.get', code: 200 })]);
  });

  it('is on record as work of the gateway when its key pair is created', async () => {
    const [event] = await allEvents('action=sealing.renew');
    expect(event).toMatchObject({ user: 'system:serviceaccount:sallyport:sallyport', code: 200 });
  });
});

/** Events of all namespaces. */
async function allEvents(query: string): Promise<readonly AuditEvent[]> {
  const answer = await new RestCaller(world.installation.gateway.fastify, auditorOfAll).get(
    `/v1/audit/events?${query}`,
  );
  return answer.body.items as unknown as readonly AuditEvent[];
}

describe('a SealedSecret', () => {
  it.each<Scope>(['strict', 'namespace-wide', 'cluster-wide'])(
    'of scope %s becomes a Secret, and a second time changes nothing',
    async (scope) => {
      const values = { password: 'p-12345', bytes: Buffer.from([0, 255, 10]), empty: '' };
      const manifest = sealed(`by-${scope}`, { scope, values });
      const created = await apply(manifest);
      expect(created).toMatchObject({ status: 201, body: { name: `by-${scope}` } });
      const { data } = (await world.stored(`by-${scope}`)) ?? {};
      expect(data).toEqual({ password: 'cC0xMjM0NQ==', bytes: 'AP8K', empty: '' });
      const again = await apply(manifest, 'owner');
      expect(again).toMatchObject({
        status: 200,
        body: { changes: { added: [], changed: [], removed: [] } },
      });
      expect(again.text).not.toContain('p-12345');
    },
  );

  it('replaces the whole Secret: keys, labels and annotations', async () => {
    await world.seed('replaced', {
      stringData: { old: 'x', password: 'former' },
      metadata: { labels: { former: 'yes' }, annotations: { former: 'yes' } },
    });
    const metadata = { labels: { app: 'db' }, annotations: { team: 'pay' } };
    const answer = await apply(sealed('replaced', { template: { metadata } }), 'owner');
    expect(answer.body.changes).toEqual({ added: [], changed: ['password'], removed: ['old'] });
    expect(await world.values('replaced')).toEqual({ password: 'p-12345' });
    const stored = await world.stored('replaced');
    expect(stored?.metadata).toMatchObject(metadata);
    expect(Object.keys(stored?.metadata.labels ?? {})).toEqual(['app']);
  });

  it('has the type of its template, whose rules apply', async () => {
    const type = 'kubernetes.io/basic-auth';
    const values = { username: 'app', password: 'p-12345' };
    expect((await apply(sealed('typed', { values, template: { type } }))).status).toBe(201);
    expect((await world.stored('typed'))?.type).toBe(type);
    const wrong = await apply(sealed('untyped', { template: { type: 'kubernetes.io/tls' } }));
    expect(wrong).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    expect(await world.stored('untyped')).toBeUndefined();
  });

  it('may be YAML', async () => {
    const text = `---\n# A comment.\n${stringify(sealed('by-yaml'), { lineWidth: 60 })}`;
    const answer = await world.as('writer').post(path, text, yaml);
    expect(answer).toMatchObject({ status: 201 });
    expect(await world.values('by-yaml')).toEqual({ password: 'p-12345' });
  });

  it('is only checked with dryRun', async () => {
    const answer = await world.as('writer').post(`${path}?dryRun=All`, sealed('tried'));
    expect(answer).toMatchObject({ status: 201, body: { name: 'tried' } });
    expect(await world.stored('tried')).toBeUndefined();
    const damaged = sealed('tried', { certificate, name: 'another' });
    damaged.metadata.name = 'tried';
    expect((await world.as('writer').post(`${path}?dryRun=All`, damaged)).status).toBe(422);
  });

  it('is written once under an Idempotency-Key, and under If-Match', async () => {
    const manifest = sealed('repeated');
    const key = { 'idempotency-key': 'sealed-1' };
    const first = await world.as('writer').post(path, manifest, key);
    const second = await world.as('writer').post(path, manifest, key);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect((await world.as('writer').post(path, sealed('repeated'), key)).status).toBe(422);
    const stale = { 'if-match': '"another.1"' };
    expect((await world.as('writer').post(path, manifest, stale)).status).toBe(412);
  });

  it('is recorded as a write of its keys, with a reason', async () => {
    await apply(sealed('recorded', { values: { a: 'a-12345', b: 'b-12345' } }));
    const [event] = await auditEventsOf(world.as('auditor'), namespace, '&secret=recorded');
    expect(event).toMatchObject({ action: 'secrets.create', keys: ['a', 'b'], outcome: 'allowed' });
    expect(event).toMatchObject({ reason: 'applied a SealedSecret' });
  });

  it('is refused for another name or namespace, unless its scope includes it', async () => {
    const renamed = (scope: Scope) => {
      const manifest = sealed('first', { scope });
      return { ...manifest, metadata: { ...manifest.metadata, name: `second-${scope}` } };
    };
    await expectUnopened(await apply(renamed('strict')), 'second-strict');
    expect((await apply(renamed('namespace-wide'))).status).toBe(201);
    const moved = (scope: Scope) => {
      const manifest = sealed(`moved-${scope}`, { scope });
      const there = { ...manifest, metadata: { ...manifest.metadata, namespace: other } };
      return elsewhere.as('owner').post(`/v1/namespaces/${other}/sealedsecrets`, there);
    };
    expect((await moved('strict')).body.errors[0]?.reason).toBe(unopened);
    expect((await moved('namespace-wide')).body.errors[0]?.reason).toBe(unopened);
    expect((await moved('cluster-wide')).status).toBe(201);
    expect(await elsewhere.values('moved-cluster-wide')).toEqual({ password: 'p-12345' });
    expect(await elsewhere.stored('moved-strict')).toBeUndefined();
    const inBody = await apply({ ...sealed('x'), metadata: { name: 'x', namespace: other } });
    expect(inBody.body.errors).toEqual([
      { pointer: '/metadata/namespace', reason: 'must agree with the path' },
    ]);
  });

  it('is refused if its scope was changed after it was sealed', async () => {
    const manifest = sealed('widened');
    const annotations = { 'sealedsecrets.bitnami.com/cluster-wide': 'true' };
    const widened = { ...manifest, metadata: { ...manifest.metadata, annotations } };
    await expectUnopened(await apply(widened), 'widened');
  });
});

async function expectUnopened(answer: RestAnswer, name: string, key = 'password'): Promise<void> {
  expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid' } });
  expect(answer.body.errors).toEqual([{ pointer: `/spec/encryptedData/${key}`, reason: unopened }]);
  expect(await world.stored(name)).toBeUndefined();
}

describe('a value that cannot be opened', () => {
  const flipped = (base64: string, at: number) => {
    const bytes = Buffer.from(base64, 'base64');
    const index = at < 0 ? bytes.length + at : at;
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    return bytes.toString('base64');
  };
  const cut = (base64: string, length: number) =>
    Buffer.from(base64, 'base64').subarray(0, length).toString('base64');

  it.each<[string, (base64: string) => string]>([
    ['a wrong tag', (text) => flipped(text, -1)],
    ['a changed ciphertext', (text) => flipped(text, 2 + 512)],
    ['a changed session key', (text) => flipped(text, 2 + 100)],
    ['another length of the session key', (text) => flipped(text, 1)],
    ['no tag', (text) => cut(text, 2 + 512 + 15)],
    ['half a session key', (text) => cut(text, 256)],
    ['one byte', (text) => cut(text, 1)],
    ['nothing', () => ''],
    ['no padding', (text) => text.replace(/=*$/, '').concat('A')],
    ['no base64', () => 'p@ss'],
  ])('because it has %s is refused with one message, and nothing is written', async (_, change) => {
    const manifest = sealed('damaged', { values: { good: 'g-12345', password: 'p-12345' } });
    const { encryptedData } = manifest.spec;
    encryptedData['password'] = change(encryptedData['password'] ?? '');
    await expectUnopened(await apply(manifest), 'damaged');
    const [event] = await auditEventsOf(world.as('auditor'), namespace, '&secret=damaged');
    expect(event).toMatchObject({ action: 'secrets.update', outcome: 'failed', code: 422 });
  });

  it('because it was sealed for another gateway is refused with the same message', async () => {
    const { newSealingKeyPair } = await import('../../../src/sealing/sealing-key-pair.js');
    const foreign = await newSealingKeyPair(Date.now());
    const manifest = sealed('foreign', { certificate: foreign.certificate });
    await expectUnopened(await apply(manifest), 'foreign');
  });
});

describe('a caller without the right', () => {
  it('is refused alike, whether the values can be opened or not', async () => {
    const manifest = sealed('forbidden');
    const damaged = sealed('forbidden', { scope: 'cluster-wide' });
    delete damaged.metadata.annotations;
    const answers = [await apply(manifest, 'nobody'), await apply(damaged, 'nobody')];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    }
    expect(answers[1]?.body.detail).toBe(answers[0]?.body.detail);
    expect(await world.stored('forbidden')).toBeUndefined();
  });

  it('who may only create replaces nothing', async () => {
    expect((await apply(sealed('made'), 'creator')).status).toBe(201);
    const again = await apply(sealed('made', { values: { password: 'q-12345' } }), 'creator');
    expect(again.status).toBe(403);
    expect(await world.values('made')).toEqual({ password: 'p-12345' });
  });
});

describe('after a renewal', () => {
  changeLimits([sealingLimits], { renewedAfterMs: -1 });

  it('manifests of former certificates are still opened, also if they have several', async () => {
    const former = sealed('renewed', { values: { old: 'o-12345', last: 'l-12345' } });
    const renewed = await readCertificate();
    expect(renewed).not.toBe(certificate);
    const newer = sealed('renewed', { certificate: renewed, values: { mid: 'm-12345' } });
    Object.assign(former.spec.encryptedData, newer.spec.encryptedData);
    expect((await apply(former)).status).toBe(201);
    const values = { old: 'o-12345', mid: 'm-12345', last: 'l-12345' };
    expect(await world.values('renewed')).toEqual(values);
  });
});
