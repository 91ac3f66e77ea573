import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyAndCertificate } from '../../cluster/certificates.js';
import { SecretsWorld, toBase64 } from '../../support/secrets-world.js';

let world: SecretsWorld<'owner'>;
let leaf: KeyAndCertificate;
let other: KeyAndCertificate;

beforeAll(async () => {
  world = await SecretsWorld.start('types', ['owner']);
  const { authority } = world.installation.cluster;
  leaf = await authority.issue({ commonName: 'leaf', hosts: ['leaf.example'] });
  other = await authority.issue({ commonName: 'other', hosts: ['other.example'] });
});
afterAll(() => world?.stop());

const sshKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
const auth = toBase64('user:pull-password');
const dockerConfig = JSON.stringify({ auths: { 'registry.example': { auth } } });

type Values = Readonly<Record<string, string>>;
type Row = readonly [what: string, type: string, values: () => Values];

const accepted: readonly Row[] = [
  ['any keys', 'Opaque', () => ({ 'any.key': 'any-value' })],
  ['any keys', 'example.org/own-type', () => ({ any: 'any-value' })],
  ['both keys', 'kubernetes.io/basic-auth', () => ({ username: 'root', password: 'r00t123' })],
  ['a password alone', 'kubernetes.io/basic-auth', () => ({ password: 'r00t123' })],
  ['a PKCS#8 key', 'kubernetes.io/ssh-auth', () => ({ 'ssh-privatekey': sshKey.toString() })],
  ['a pair', 'kubernetes.io/tls', () => ({ 'tls.crt': leaf.certificate, 'tls.key': leaf.key })],
  [
    'a chain, leaf first',
    'kubernetes.io/tls',
    () => ({ 'tls.crt': `${leaf.certificate}\n${other.certificate}`, 'tls.key': leaf.key }),
  ],
  ['auths', 'kubernetes.io/dockerconfigjson', () => ({ '.dockerconfigjson': dockerConfig })],
  [
    'registries',
    'kubernetes.io/dockercfg',
    () => ({ '.dockercfg': JSON.stringify({ 'registry.example': { auth } }) }),
  ],
];

const refused: readonly (readonly [...Row, pointers: readonly string[]])[] = [
  [
    'neither key',
    'kubernetes.io/basic-auth',
    () => ({ user: 'root-user' }),
    ['/data/username', '/data/password'],
  ],
  ['no key', 'kubernetes.io/ssh-auth', () => ({ key: 'some-value' }), ['/data/ssh-privatekey']],
  [
    'no PEM',
    'kubernetes.io/ssh-auth',
    () => ({ 'ssh-privatekey': 'marker-value' }),
    ['/data/ssh-privatekey'],
  ],
  ['no key', 'kubernetes.io/tls', () => ({ 'tls.crt': leaf.certificate }), ['/data/tls.key']],
  [
    'no PEM',
    'kubernetes.io/tls',
    () => ({ 'tls.crt': 'marker-1', 'tls.key': 'marker-2' }),
    ['/data/tls.crt', '/data/tls.key'],
  ],
  [
    'the key of another certificate',
    'kubernetes.io/tls',
    () => ({ 'tls.crt': leaf.certificate, 'tls.key': other.key }),
    ['/data/tls.key'],
  ],
  [
    'no key',
    'kubernetes.io/dockerconfigjson',
    () => ({ config: dockerConfig }),
    ['/data/.dockerconfigjson'],
  ],
  [
    'no JSON',
    'kubernetes.io/dockerconfigjson',
    () => ({ '.dockerconfigjson': '{marker' }),
    ['/data/.dockerconfigjson'],
  ],
  [
    'no auths',
    'kubernetes.io/dockerconfigjson',
    () => ({ '.dockerconfigjson': '{}' }),
    ['/data/.dockerconfigjson'],
  ],
  [
    'auth without a colon',
    'kubernetes.io/dockerconfigjson',
    () => ({ '.dockerconfigjson': dockerConfig.replace(auth, toBase64('marker')) }),
    ['/data/.dockerconfigjson'],
  ],
  [
    'no JSON',
    'kubernetes.io/dockercfg',
    () => ({ '.dockercfg': 'marker-value' }),
    ['/data/.dockercfg'],
  ],
  ['any values', 'kubernetes.io/service-account-token', () => ({ a: 'any-value' }), ['/type']],
  ['any values', 'bootstrap.kubernetes.io/token', () => ({ a: 'any-value' }), ['/type']],
];

describe('a built-in type', () => {
  it.each(accepted)('is stored with %s as %s', async (what, type, values) => {
    const name = nameOf('ok', what, type);
    const body = { name, type, stringData: values() };
    const answer = await world.as('owner').post(world.path, body);
    expect(answer).toMatchObject({ status: 201, body: { type } });
    expect(await world.values(name)).toEqual(values());
    const read = await world.as('owner').get(world.at(name));
    expect((await world.as('owner').put(world.at(name), read.body)).status).toBe(200);
  });

  it.each(refused)(
    'is 422 with %s as %s, by POST and PUT, saying where and quoting nothing',
    async (what, type, values, pointers) => {
      const name = nameOf('no', what, type);
      const body = { name, type, stringData: values() };
      for (const answer of [
        await world.as('owner').post(world.path, body),
        await world.as('owner').put(world.at(name), body),
      ]) {
        expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid' } });
        expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(pointers);
        expect(answer.text).not.toContain('marker');
      }
      expect(await world.stored(name)).toBeUndefined();
    },
  );

  it('holds its rules on a PUT of its keys, and leaves old values in peace', async () => {
    const data = { 'ssh-privatekey': toBase64('stored-before'), extra: 'eA==' };
    await world.seed('old-ssh', { type: 'kubernetes.io/ssh-auth', data });
    const put = (body: object) => world.as('owner').put(world.at('old-ssh'), body);
    expect((await put({ data, labels: { l: '1' } })).status).toBe(200);
    expect((await put({ data: { ...data, extra: 'eQ==' } })).status).toBe(200);
    const changed = { ...data, 'ssh-privatekey': toBase64('other') };
    expect(await put({ data: changed })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/data/ssh-privatekey' }] },
    });
  });

  it('holds the rules of the API server in a patch', async () => {
    const stringData = { 'tls.crt': leaf.certificate, 'tls.key': leaf.key };
    const before = await world.seed('patched-tls', { type: 'kubernetes.io/tls', stringData });
    const body = { stringData: { 'tls.key': null } };
    const answer = await world.as('owner').merge(world.at('patched-tls'), body);
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'Invalid', errors: [{ pointer: '/data/tls.key' }] },
    });
    expect(await world.stored('patched-tls')).toEqual(before);
  });
});

describe('credentials of the cluster', () => {
  it('are neither patched nor replaced, not even by one key', async () => {
    await world.installation.cluster.request('POST', '/api/v1/namespaces/types/serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot' },
    });
    const annotations = { 'kubernetes.io/service-account.name': 'robot' };
    const type = 'kubernetes.io/service-account-token';
    const before = await world.seed('robot-token', { type, metadata: { annotations } });
    const at = world.at('robot-token');
    const caller = world.as('owner');
    for (const answer of [
      await caller.merge(at, { stringData: { a: 'some-value' } }),
      await caller.jsonPatch(at, [{ op: 'add', path: '/data/a', value: 'eA==' }]),
      await caller.put(at, { stringData: { a: 'some-value' } }),
      await caller.put(`${at}/keys/a`, 'some-value'),
    ]) {
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/type' }] } });
    }
    expect(await world.stored('robot-token')).toEqual(before);
  });
});

describe('an immutable Secret', () => {
  it('is created so, keeps its values under every kind of write, and can be deleted', async () => {
    const body = { name: 'fixed', immutable: true, stringData: { a: 'fixed-value' } };
    const created = await world.as('owner').post(world.path, body);
    expect(created).toMatchObject({ status: 201, body: { immutable: true } });
    const before = await world.stored('fixed');
    const at = world.at('fixed');
    const caller = world.as('owner');
    for (const answer of [
      await caller.put(at, { stringData: { a: 'other-value' } }),
      await caller.put(at, { stringData: { a: 'fixed-value' }, immutable: false }),
      await caller.merge(at, { stringData: { a: 'other-value' } }),
      await caller.merge(at, { immutable: false }),
      await caller.jsonPatch(at, [{ op: 'remove', path: '/data/a' }]),
      await caller.put(`${at}/keys/a`, 'other-value'),
      await caller.delete(`${at}/keys/a`),
    ]) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    }
    expect(await world.stored('fixed')).toEqual(before);
    expect((await caller.merge(at, { labels: { l: '1' } })).status).toBe(200);
    expect((await caller.delete(at)).status).toBe(200);
    expect(await world.stored('fixed')).toBeUndefined();
  });
});

function nameOf(prefix: string, what: string, type: string): string {
  return `${prefix}-${what}-${type}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
