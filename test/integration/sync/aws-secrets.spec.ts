import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import type { RemoteMark } from '../../../src/sync/domain/remote-mark.js';
import type { RemoteState } from '../../../src/sync/domain/remote-store.js';
import { SecretsManagerStore } from '../../../src/sync/stores/aws/secrets-manager-store.js';
import { jsonPayload } from '../../../src/sync/stores/json-payload.js';
import { startMoto, type TestMoto } from '../../services/moto.js';
import { scaled } from '../../support/scale.js';
import { awsClient, type AwsWorld, sdkOptions } from './aws-world.js';
import { expectConvergence } from './random-writes.js';
import { canary, reasonOf, textsOf, valuesOf } from './store-values.js';

const never = new AbortController().signal;
const ours = { clusterUid: 'cluster-1', namespaceUid: 'ns-1', syncUid: 'sync-1' };
const theirs = { ...ours, syncUid: 'sync-2' };
const absent = { kind: 'absent' } as const;

let moto: TestMoto;
let sdk: SecretsManagerClient;
let store: SecretsManagerStore;
let name: string;
let count = 0;
let tokens = 0;

const storeOf = (world: AwsWorld = {}) =>
  new SecretsManagerStore({
    client: awsClient(moto, 'secretsmanager', world),
    payload: jsonPayload,
    recoveryDays: 7,
  });

beforeAll(async () => {
  moto = await startMoto();
  sdk = new SecretsManagerClient(sdkOptions(moto));
});
afterAll(async () => {
  sdk?.destroy();
  await moto?.server.stop();
});
beforeEach(() => {
  count += 1;
  name = `k8s/pay/db_${count}`;
  store = storeOf();
});

function nextToken(): string {
  tokens += 1;
  return tokens.toString(16).padStart(64, '0');
}

const write = (
  texts: Readonly<Record<string, string>>,
  expected: RemoteState,
  { mark = ours, token = nextToken() }: { mark?: RemoteMark; token?: string } = {},
) => {
  const written = { values: valuesOf(texts), mark, expected, idempotencyToken: token };
  return store.write(name, written, never);
};
const read = () => store.read(name, never);
const createdByOthers = (texts: object) =>
  sdk.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(texts) }));
const writtenByOthers = (texts: object) =>
  sdk.send(new PutSecretValueCommand({ SecretId: name, SecretString: JSON.stringify(texts) }));
const described = () => sdk.send(new DescribeSecretCommand({ SecretId: name }));

async function present() {
  const state = await read();
  if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
  return state;
}

describe('a secret of Secrets Manager', () => {
  it('is absent, then has the values, the version and the mark that were written', async () => {
    expect(await read()).toEqual(absent);
    const { version } = await write({ password: canary, 'a key': 'é"\n' }, absent);
    const state = await present();
    expect(state).toMatchObject({ version, mark: ours });
    expect(textsOf(state)).toEqual({ password: canary, 'a key': 'é"\n' });
    expect(Date.parse(state.changedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    await write({ password: 'second' }, state);
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });

  it('has another change tag after each change of its values, without them', async () => {
    const missing = `${name}-missing`;
    const tags = () => store.changeTags([name, missing], never);
    expect((await tags()).size).toBe(0);
    await createdByOthers({ password: canary });
    const first = await tags();
    expect([...first.keys()]).toEqual([name]);
    expect(await tags()).toEqual(first);
    await writtenByOthers({ password: 'second' });
    expect((await tags()).get(name)).not.toBe(first.get(name));
    expect(JSON.stringify([...first])).not.toContain(canary);
  });

  it("is the same for AWS' own client, which keeps the former version as AWSPREVIOUS", async () => {
    await write({ password: 'first' }, absent);
    const former = await present();
    const { version } = await write({ b: 'é"\n', a: 'second' }, former);
    const found = await sdk.send(new GetSecretValueCommand({ SecretId: name }));
    expect(found).toMatchObject({
      VersionId: version,
      SecretString: '{"a":"second","b":"é\\"\\n"}',
    });
    const { VersionIdsToStages: stages, Tags: tags } = await described();
    expect(stages?.[former.version]).toEqual(['AWSPREVIOUS']);
    expect(stages?.[version]).toContain('AWSCURRENT');
    expect(tags).toEqual([{ Key: 'sallyport.dev/owner', Value: 'v1/cluster-1/ns-1/sync-1' }]);
  });

  it("is read as AWS' own client has written it, numbers as they are", async () => {
    const text = '{"port": 5432, "rate": 1.10, "big": 12345678901234567890, "tls": true}';
    const { VersionId } = await sdk.send(
      new CreateSecretCommand({ Name: name, SecretString: text }),
    );
    const state = await present();
    expect(state).toMatchObject({ version: VersionId, mark: undefined });
    const texts = { port: '5432', rate: '1.10', big: '12345678901234567890', tls: 'true' };
    expect(textsOf(state)).toEqual(texts);
    await write({ ...texts, port: '5433' }, state);
    expect((await sdk.send(new GetSecretValueCommand({ SecretId: name }))).SecretString).toBe(
      '{"big":12345678901234567890,"port":5433,"rate":1.10,"tls":true}',
    );
  });

  it('is written by exactly one of eight writers who saw the same state', async () => {
    await write({ password: 'first' }, absent);
    const state = await present();
    const all = Array.from({ length: 8 }, (_, at) => reasonOf(write({ password: `${at}` }, state)));
    const reasons = await Promise.all(all);
    expect(reasons.filter((reason) => reason === undefined)).toHaveLength(1);
    expect(reasons.filter((reason) => reason === 'StoreChanged')).toHaveLength(7);
    const { Versions: versions = [] } = await sdk.send(
      new ListSecretVersionIdsCommand({ SecretId: name }),
    );
    const labels = versions.flatMap(({ VersionStages = [] }) => VersionStages).toSorted();
    expect(labels.filter((label) => label !== 'sallyport-write')).toEqual([
      'AWSCURRENT',
      'AWSPREVIOUS',
    ]);
  });

  it('is created by exactly one of eight writers who saw nothing', async () => {
    const all = Array.from({ length: 8 }, (_, at) =>
      reasonOf(write({ password: `${at}` }, absent)),
    );
    const reasons = await Promise.all(all);
    expect(reasons.filter((reason) => reason === undefined)).toHaveLength(1);
    expect(reasons.filter((reason) => reason === 'StoreChanged')).toHaveLength(7);
  });

  it('is written once, if a write is repeated after its answer was lost', async () => {
    const token = nextToken();
    const first = await write({ password: 'first', user: 'a' }, absent, { token });
    expect(await write({ user: 'a', password: 'first' }, absent, { token })).toEqual(first);
    const state = await present();
    const again = nextToken();
    const second = await write({ password: 'second' }, state, { token: again });
    expect(await write({ password: 'second' }, state, { token: again })).toEqual(second);
    const { VersionIdsToStages: stages = {} } = await described();
    expect(Object.keys(stages)).toHaveLength(2);
  });

  it('gets the values of a version that was put aside before the process ended', async () => {
    await write({ password: 'first' }, absent);
    const state = await present();
    const token = nextToken();
    await sdk.send(
      new PutSecretValueCommand({
        ...{ SecretId: name, ClientRequestToken: token, SecretString: '{"password":"second"}' },
        VersionStages: ['sallyport-write'],
      }),
    );
    expect(await write({ password: 'second' }, state, { token })).toMatchObject({ version: token });
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });

  it('that others create meanwhile keeps its values, and gets no mark', async () => {
    await createdByOthers({ password: 'theirs' });
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: undefined });
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('that has no mark gets one with its first values; tags and policy stay', async () => {
    await createdByOthers({ password: 'theirs' });
    const Tags = [{ Key: 'team', Value: 'payments' }];
    await sdk.send(new TagResourceCommand({ SecretId: name, Tags }));
    const ResourcePolicy = '{"Version":"2012-10-17","Statement":[]}';
    await sdk.send(new PutResourcePolicyCommand({ SecretId: name, ResourcePolicy }));
    await write({ password: 'ours' }, await present());
    expect(await present()).toMatchObject({ mark: ours });
    expect((await described()).Tags).toContainEqual(Tags[0]);
    const policy = await sdk.send(new GetResourcePolicyCommand({ SecretId: name }));
    expect(policy).toMatchObject({ ResourcePolicy });
  });

  it('that has no version yet gets its first one', async () => {
    await sdk.send(new CreateSecretCommand({ Name: name }));
    const state = await present();
    expect(textsOf(state)).toEqual({});
    const { version } = await write({ password: 'first' }, state);
    expect(await present()).toMatchObject({ version, mark: ours });
    expect(await reasonOf(write({ password: canary }, state))).toBe('StoreChanged');
  });

  it('that another owner writes meanwhile stays that of the other', async () => {
    await createdByOthers({ password: 'unowned' });
    const seen = await present();
    await write({ password: 'theirs' }, seen, { mark: theirs });
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: theirs });
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('that another owner only marks meanwhile keeps its values', async () => {
    await createdByOthers({ password: 'unowned' });
    const seen = await present();
    await store.claim(name, { former: undefined, mark: theirs }, never);
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: theirs, version: seen.version });
  });

  it('that was deleted for good, and created again, is another one', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await sdk.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
    expect(await read()).toEqual(absent);
    await createdByOthers({ password: 'theirs' });
    expect((await present()).version).not.toBe(seen.version);
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
  });

  it('is deleted so that it can be restored, and written again after that', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await store.remove(name, seen, never);
    const deleted = await read();
    expect(deleted).toEqual({ kind: 'deleted', version: seen.version, mark: ours });
    const days = ((await described()).DeletedDate?.getTime() ?? 0) - Date.now();
    expect(Math.round(days / 86_400_000)).toBe(7);
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreChanged');
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    await sdk.send(new RestoreSecretCommand({ SecretId: name }));
    expect(textsOf(await present())).toEqual({ password: 'first' });
    await store.remove(name, await present(), never);
    await write({ password: 'second' }, deleted);
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });

  it('is not deleted if another owner has claimed it meanwhile', async () => {
    await createdByOthers({ password: 'unowned' });
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
});

describe('values that are not taken', () => {
  it.each([
    ['a list', `["${canary}"]`],
    ['no JSON', canary],
    ['given twice', `{"password": "${canary}", "password": "second"}`],
  ])('from the store: %s', async (_what, SecretString) => {
    await sdk.send(new CreateSecretCommand({ Name: name, SecretString }));
    expect(await reasonOf(read())).toBe('NotReadable');
  });

  it('from the store: bytes', async () => {
    const SecretBinary = Buffer.from(canary);
    await sdk.send(new CreateSecretCommand({ Name: name, SecretBinary }));
    expect(await reasonOf(read())).toBe('NotReadable');
  });

  it.each([
    ['bytes that are no text', new Map([['a', SecretValue.fromBytes(Buffer.from([0xff]))]])],
    ['more than 64 KiB', valuesOf({ a: canary.repeat(5_000) })],
  ])('to the store: %s', async (_what, values) => {
    const wanted = { values, mark: ours, expected: absent, idempotencyToken: nextToken() };
    expect(await reasonOf(store.write(name, wanted, never))).toBe('StoreRefused');
    expect(await read()).toEqual(absent);
  });

  it('under a name that could be read as a part of an ARN', async () => {
    name = 'k8s/pay/db-AbC123';
    expect(await reasonOf(read())).toBe('StoreRefused');
    expect(await reasonOf(write({ a: canary }, absent))).toBe('StoreRefused');
  });
});

describe('random writes on both sides, with lost answers', () => {
  it('converge, and then write nothing', { timeout: 600_000 }, async () => {
    await write({ a: 'first' }, absent);
    await expectConvergence({
      ...{ store, name, owner: ours, rounds: scaled(500, 15), writtenByOthers },
    });
  });
});

describe('the credential', () => {
  it('is a role, exchanged once for a part of its lifetime', async () => {
    let exchanges = 0;
    let nowMs = 0;
    const counted = storeOf({ onExchange: () => (exchanges += 1), nowMs: () => nowMs });
    await counted.read(name, never);
    await counted.read(name, never);
    expect(exchanges).toBe(1);
    nowMs = 15 * 60_000 * 0.8;
    await counted.read(name, never);
    expect(exchanges).toBe(2);
  });

  it('is refused for another audience, and asked for again at the next call', async () => {
    let exchanges = 0;
    const wrong = storeOf({ audience: 'other', onExchange: () => (exchanges += 1) });
    expect(await reasonOf(wrong.read(name, never))).toBe('StoreDenied');
    expect(await reasonOf(wrong.read(name, never))).toBe('StoreDenied');
    expect(exchanges).toBe(2);
  });

  it('may be the key of a user', async () => {
    await write({ password: 'first' }, absent);
    expect(await storeOf({ key: moto.reader }).read(name, never)).toMatchObject({ mark: ours });
  });

  it('without a right to write writes nothing, and that is no absence', async () => {
    store = storeOf({ key: moto.reader });
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreDenied');
    expect(await read()).toEqual(absent);
  });

  it.each([
    ['a wrong secret', () => ({ ...moto.reader, secretAccessKey: 'a'.repeat(40) })],
    ['the id of nobody', () => ({ ...moto.reader, accessKeyId: 'AKIANOBODY0000000000' })],
  ])('with %s is denied, and that is no absence', async (_what, key) => {
    expect(await reasonOf(storeOf({ key: key() }).read(name, never))).toBe('StoreDenied');
  });
});

describe('the connection', () => {
  it('is refused before anything is sent, if the host is not allowed', async () => {
    expect(await reasonOf(storeOf({ allowed: 'aws.test' }).read(name, never))).toBe(
      'HostNotAllowed',
    );
  });

  it('is refused if another authority signed the certificate', async () => {
    const other = await startMoto();
    try {
      expect(await reasonOf(storeOf({ ca: other.server.ca }).read(name, never))).toBe('TlsFailed');
    } finally {
      await other.server.stop();
    }
  });
});
