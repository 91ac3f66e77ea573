import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import { compileEgress } from '../../../src/platform/outbound/domain/egress-rules.js';
import { Egress } from '../../../src/platform/outbound/egress.js';
import type { RemoteMark } from '../../../src/sync/domain/remote-mark.js';
import type { RemoteState } from '../../../src/sync/domain/remote-store.js';
import { JwtLogin } from '../../../src/sync/stores/openbao/jwt-login.js';
import { KvStore } from '../../../src/sync/stores/openbao/kv-store.js';
import { StoreTransport } from '../../../src/sync/stores/store-transport.js';
import { scaled } from '../../support/scale.js';
import { startOpenBao, type TestOpenBao } from '../../services/openbao.js';
import { expectConvergence } from './random-writes.js';
import { canary, reasonOf, textsOf, valuesOf } from './store-values.js';

const never = new AbortController().signal;
const issuer = 'https://cluster.test';
const idempotencyToken = 'a'.repeat(64);
const ours = { clusterUid: 'cluster-1', namespaceUid: 'ns-1', syncUid: 'sync-1' };
const theirs = { ...ours, syncUid: 'sync-2' };
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let bao: TestOpenBao;
let store: KvStore;
let logins: number;
let nowMs: number;
let name: string;
let count = 0;

/** A token of the ServiceAccount, as the API server signs one. */
async function jwtFor(audience: string): Promise<SecretValue> {
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('system:serviceaccount:pay:sync')
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(keys.privateKey);
  return SecretValue.fromBytes(Buffer.from(token));
}

interface World {
  readonly audience?: string;
  readonly allowed?: string;
  readonly ca?: string;
  readonly mount?: string;
  readonly token?: () => Promise<string>;
}

function storeOf({ audience = 'openbao', allowed, ca, mount = 'secret', ...given }: World = {}) {
  const { host, port } = bao.server;
  const allow = [{ host: allowed ?? host, port, addresses: ['127.0.0.0/8'] }];
  const egress = new Egress(compileEgress({ allow, deny: [] }, []));
  const transport = new StoreTransport({
    url: bao.url,
    ca: ca ?? bao.server.ca,
    resolve: (url, signal) => egress.resolve(url.hostname, Number(url.port), undefined, signal),
  });
  const counting: Pick<StoreTransport, 'send'> = {
    send: (request, signal) => {
      if (request.path.endsWith('/login')) logins += 1;
      return transport.send(request, signal);
    },
  };
  const login = new JwtLogin({
    transport: counting,
    ...{ mount: 'jwt', role: 'sync', nowMs: () => nowMs },
    identity: () => jwtFor(audience),
  });
  const token = given.token ?? ((signal: AbortSignal) => login.token(signal));
  return new KvStore({ transport: counting, mount, token, onDenied: () => login.drop() });
}

beforeAll(async () => {
  bao = await startOpenBao();
  await bao.call('POST', 'sys/auth/jwt', { type: 'jwt' });
  const pem = keys.publicKey.export({ type: 'spki', format: 'pem' });
  await bao.call('POST', 'auth/jwt/config', {
    jwt_validation_pubkeys: [pem],
    bound_issuer: issuer,
  });
  const all = '{ capabilities = ["create", "read", "update", "patch", "delete"] }';
  const policy = ['data', 'metadata', 'delete'].map((of) => `path "secret/${of}/k8s/pay/*" ${all}`);
  await bao.call('POST', 'sys/mounts/kv1', { type: 'kv', options: { version: '1' } });
  policy.push(`path "kv1/*" ${all}`);
  policy.push('path "secret/detailed-metadata/k8s/pay/*" { capabilities = ["list"] }');
  await bao.call('PUT', 'sys/policies/acl/sync', { policy: policy.join('\n') });
  await bao.call('POST', 'auth/jwt/role/sync', {
    ...{ role_type: 'jwt', user_claim: 'sub', bound_audiences: ['openbao'], policies: ['sync'] },
    ...{ bound_subject: 'system:serviceaccount:pay:sync', token_type: 'batch', token_ttl: '5m' },
  });
});
afterAll(() => bao?.server.stop());
beforeEach(() => {
  logins = 0;
  nowMs = 0;
  count += 1;
  name = `k8s/pay/db-${count}`;
  store = storeOf();
});

const write = (
  texts: Readonly<Record<string, string>>,
  expected: RemoteState,
  mark: RemoteMark = ours,
) => store.write(name, { values: valuesOf(texts), mark, expected, idempotencyToken }, never);
const read = () => store.read(name, never);
const absent = { kind: 'absent' } as const;
const writtenByOthers = (data: object) => bao.call('POST', `secret/data/${name}`, { data });

async function present() {
  const state = await read();
  if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
  return state;
}

describe('a secret of the store', () => {
  it('is absent, then has the values, the version and the mark that were written', async () => {
    expect(await read()).toEqual(absent);
    const { version } = await write({ password: canary, 'a key': 'é"\n' }, absent);
    const state = await present();
    expect(state).toMatchObject({ version, mark: ours });
    expect(textsOf(state)).toEqual({ password: canary, 'a key': 'é"\n' });
    await write({ password: 'second' }, state);
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });

  it('has another change tag after each change, and the same one without', async () => {
    const other = `${name}-other`;
    const tags = () => store.changeTags([name, other], never);
    expect((await tags()).size).toBe(0);
    await writtenByOthers({ password: canary });
    await bao.call('POST', `secret/data/${other}`, { data: {} });
    const others = new Set<string | undefined>();
    const seen = new Set<string | undefined>();
    for (const change of [
      async () => undefined,
      () => writtenByOthers({ password: 'second' }),
      async () => store.claim(name, { former: undefined, mark: ours }, never),
      async () => bao.call('DELETE', `secret/data/${name}`),
    ]) {
      await change();
      const first = await tags();
      expect(await tags()).toEqual(first);
      seen.add(first.get(name));
      others.add(first.get(other));
    }
    expect([seen.size, others.size]).toEqual([4, 1]);
    expect([...seen].join(' ')).not.toContain(canary);
  });

  it('has no change tag for a role that may not list', async () => {
    await writtenByOthers({ password: 'first' });
    const token = async () => {
      const made = await bao.call('POST', 'auth/token/create', { policies: ['default'] });
      const { auth } = made as { readonly auth: { readonly client_token: string } };
      return auth.client_token;
    };
    expect((await storeOf({ token }).changeTags([name], never)).size).toBe(0);
  });

  it('is written by exactly one of eight writers who saw the same state', async () => {
    await write({ password: 'first' }, absent);
    const state = await present();
    const all = Array.from({ length: 8 }, (_, at) => reasonOf(write({ password: `${at}` }, state)));
    const reasons = await Promise.all(all);
    expect(reasons.filter((reason) => reason === undefined)).toHaveLength(1);
    expect(reasons.filter((reason) => reason === 'StoreChanged')).toHaveLength(7);
  });

  it('that others create meanwhile keeps its values, and gets no mark', async () => {
    await writtenByOthers({ password: 'theirs' });
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: undefined });
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('that has no mark gets one with its first values, and other metadata stays', async () => {
    await writtenByOthers({ password: 'theirs' });
    const custom_metadata = { team: 'payments' };
    await bao.call('POST', `secret/metadata/${name}`, { custom_metadata });
    await write({ password: 'ours' }, await present());
    expect(await present()).toMatchObject({ mark: ours });
    expect(await bao.call('GET', `secret/metadata/${name}`)).toMatchObject({
      data: { custom_metadata },
    });
  });

  it('that another owner marks meanwhile stays that of the other', async () => {
    await writtenByOthers({ password: 'unowned' });
    const seen = await present();
    await write({ password: 'theirs' }, seen, theirs);
    expect(await reasonOf(write({ password: canary }, seen, ours))).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: theirs });
  });

  it('that was deleted with all versions, and written again, is another one', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await bao.call('DELETE', `secret/metadata/${name}`);
    await writtenByOthers({ password: 'theirs' });
    const now = await present();
    expect(now.version).not.toBe(seen.version);
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
  });

  it('is deleted so that it can be restored, and written again after that', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await store.remove(name, seen, never);
    const deleted = await read();
    expect(deleted).toEqual({ kind: 'deleted', version: seen.version, mark: ours });
    await bao.call('POST', `secret/undelete/${name}`, { versions: [1] });
    expect(textsOf(await present())).toEqual({ password: 'first' });
    await store.remove(name, await present(), never);
    await write({ password: 'second' }, deleted);
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });

  it('is not deleted if another owner has claimed it meanwhile', async () => {
    await writtenByOthers({ password: 'unowned' });
    const seen = await present();
    await store.claim(name, { former: undefined, mark: theirs }, never);
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    expect(await reasonOf(store.claim(name, { former: undefined, mark: ours }, never))).toBe(
      'StoreChanged',
    );
    expect(await present()).toMatchObject({ mark: theirs });
  });

  it('is not deleted if somebody has written it meanwhile', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await writtenByOthers({ password: 'second' });
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });

  it('keeps the types of members', async () => {
    await writtenByOthers({
      port: 5432,
      rate: 1.5,
      config: { hosts: ['a', 'b'], tls: true },
      nothing: null,
    });
    const seen = await present();
    const texts = {
      port: '5432',
      rate: '1.5',
      config: '{"hosts":["a","b"],"tls":true}',
      nothing: 'null',
    };
    expect(textsOf(seen)).toEqual(texts);
    const written = { ...texts, port: '5433', rate: '12345678901234567890' };
    await write(written, seen);
    expect(textsOf(await present())).toEqual(written);
    expect(await bao.call('GET', `secret/data/${name}`)).toMatchObject({
      data: {
        data: { port: 5433, config: { hosts: ['a', 'b'], tls: true }, nothing: null },
      },
    });
  });

  it('takes no bytes that are not text', async () => {
    const values = new Map([['key', SecretValue.fromBytes(Buffer.from([0xff, 0xfe]))]]);
    const wanted = { values, mark: ours, expected: absent, idempotencyToken };
    const written = store.write(name, wanted, never);
    expect(await reasonOf(written)).toBe('StoreRefused');
    expect(await read()).toEqual(absent);
  });
});

describe('members that are JSON', () => {
  const writtenMember = async (text: string) => {
    await writtenByOthers({ config: { a: 1 } });
    await write({ config: text }, await present());
    return textsOf(await present());
  };

  it.each([
    ['with members in another order', '{"b":1,"a":2}'],
    ['with objects in another order', '[{"z":{"y":1,"x":2}}]'],
    ['with numbers as names', '{"10":1,"2":2,"a":3}'],
    ['with upper case', '{"a":1,"B":2}'],
    ['with half of a character', '["\\ud800"]'],
    ['with a name that is half of a character', '{"\\ud800":1}'],
    ['with control characters', '["\\u0000\\u007f"]'],
    ['with characters of markup', '["<&>\u2028"]'],
    ['with large and small numbers', '[1e+21,1e-7,5e-324,1.7976931348623157e+308]'],
    ['with the name of a prototype', '{"__proto__":1}'],
    ['with many levels', `${'['.repeat(50)}${']'.repeat(50)}`],
  ])('are read as they were written: %s', async (_what, text) => {
    expect(await writtenMember(text)).toEqual({ config: text });
  });

  it('are not written if they could not be read again', async () => {
    const deep = `${'['.repeat(63)}${']'.repeat(63)}`;
    expect(await reasonOf(writtenMember(deep))).toBe('StoreRefused');
  });

  it.each([
    ['70 levels', () => JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`) as unknown],
    ['20,001 members', () => Array.from({ length: 20_001 }, () => 0)],
    ['5 MiB', () => 'x'.repeat(5 * 1024 * 1024)],
  ])('are no failure of the store with %s', async (_what, config) => {
    await writtenByOthers({ config: config() });
    expect(await reasonOf(read())).toBe('NotReadable');
  });
});

describe('random writes on both sides, with lost answers', () => {
  it('converge, and then write nothing', { timeout: 600_000 }, () =>
    expectConvergence({
      ...{ store: storeOf(), name, owner: ours, rounds: scaled(500) },
      writtenByOthers,
    }),
  );
});

describe('a doubt is no absence', () => {
  it.each([
    ['a mount that is not there', () => storeOf({ mount: 'nothing' }).read(name, never)],
    ['a KV engine of version 1', () => storeOf({ mount: 'kv1' }).read(name, never)],
    ['a mount of another engine', () => storeOf({ mount: 'sys' }).read(name, never)],
  ])('%s', async (_what, work) => {
    expect(await reasonOf(work())).toMatch(/^(TargetFailed|StoreDenied)$/);
  });

  it('a name without the right', async () => {
    expect(await reasonOf(store.read('k8s/shop/db', never))).toBe('StoreDenied');
  });
});

describe('the credential', () => {
  it('is the token of the ServiceAccount, exchanged once for a part of the lifetime', async () => {
    await read();
    await read();
    expect(logins).toBe(1);
    nowMs = 5 * 60_000 * 0.8;
    await read();
    expect(logins).toBe(2);
  });

  it('is exchanged again after the store has refused the token', async () => {
    await read();
    expect(await reasonOf(store.read('k8s/shop/db', never))).toBe('StoreDenied');
    await read();
    expect(logins).toBe(2);
  });

  it('is refused for another audience, and asked for again at the next call', async () => {
    const wrong = storeOf({ audience: 'other' });
    expect(await reasonOf(wrong.read(name, never))).toBe('StoreDenied');
    expect(await reasonOf(wrong.read(name, never))).toBe('StoreDenied');
    expect(logins).toBe(2);
  });
});

describe('the connection', () => {
  it('is refused before anything is sent, if the host is not allowed', async () => {
    expect(await reasonOf(storeOf({ allowed: 'store.test' }).read(name, never))).toBe(
      'HostNotAllowed',
    );
  });

  it('is refused if another authority signed the certificate', async () => {
    const other = await startOpenBao();
    try {
      expect(await reasonOf(storeOf({ ca: other.server.ca }).read(name, never))).toBe('TlsFailed');
    } finally {
      await other.server.stop();
    }
  });

  it('to a store that takes no requests is a reason to wait', async () => {
    await read();
    await bao.call('PUT', 'sys/seal');
    expect(await reasonOf(read())).toBe('StoreBusy');
  });
});
