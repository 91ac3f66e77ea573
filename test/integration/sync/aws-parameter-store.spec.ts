import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import type { RemoteMark } from '../../../src/sync/domain/remote-mark.js';
import type { RemoteState } from '../../../src/sync/domain/remote-store.js';
import type { AwsClient } from '../../../src/sync/stores/aws/aws-client.js';
import { ParameterStore } from '../../../src/sync/stores/aws/parameter-store.js';
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
const idempotencyToken = 'a'.repeat(64);

let moto: TestMoto;
let sdk: SSMClient;
let store: ParameterStore;
let name: string;
let count = 0;

const storeOf = (world: AwsWorld = {}) =>
  new ParameterStore({
    ...{ client: awsClient(moto, 'ssm', world), payload: jsonPayload, tier: 'standard' },
  });

beforeAll(async () => {
  moto = await startMoto();
  sdk = new SSMClient(sdkOptions(moto));
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

const write = (
  texts: Readonly<Record<string, string>>,
  expected: RemoteState,
  mark: RemoteMark = ours,
) => store.write(name, { values: valuesOf(texts), mark, expected, idempotencyToken }, never);
const read = () => store.read(name, never);
const put = (Value: string, Overwrite = true) =>
  sdk.send(new PutParameterCommand({ Name: `/${name}`, Value, Overwrite, Type: 'SecureString' }));
const writtenByOthers = (texts: object) => put(JSON.stringify(texts));
const deletedByOthers = () => sdk.send(new DeleteParameterCommand({ Name: `/${name}` }));

/** A store during whose writes others do something, after the state was checked. */
function storeDisturbedBy(others: () => Promise<unknown>): ParameterStore {
  const client = awsClient(moto, 'ssm');
  const disturbed: Pick<AwsClient, 'call'> = {
    call: async (operation, input, signal) => {
      if (operation === 'PutParameter') await others();
      return client.call(operation, input, signal);
    },
  };
  return new ParameterStore({ client: disturbed, payload: jsonPayload, tier: 'standard' });
}

async function present() {
  const state = await read();
  if (state.kind !== 'present') throw new Error(`the parameter is ${state.kind}`);
  return state;
}

describe('a parameter', () => {
  it('has another change tag after each change of its values', async () => {
    const tags = () => store.changeTags([name, `${name}-missing`], never);
    expect((await tags()).size).toBe(0);
    await writtenByOthers({ password: 'first' });
    const first = await tags();
    expect([...first.keys()]).toEqual([name]);
    expect(await tags()).toEqual(first);
    await writtenByOthers({ password: 'second' });
    expect((await tags()).get(name)).not.toBe(first.get(name));
  });

  it('is absent, then has the values, the version and the mark that were written', async () => {
    expect(await read()).toEqual(absent);
    const { version } = await write({ password: canary, 'a key': 'é"\n' }, absent);
    const state = await present();
    expect(state).toMatchObject({ version, mark: ours });
    expect(textsOf(state)).toEqual({ password: canary, 'a key': 'é"\n' });
    expect(Date.parse(state.changedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    const second = await write({ password: 'second' }, state);
    expect(second.overwritten).toEqual([]);
    expect(await present()).toMatchObject({ version: second.version, mark: ours });
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });

  it("is the same for AWS' own client, as a SecureString with a tag", async () => {
    await write({ b: 'é"\n', a: 'first' }, absent);
    const { Parameter: found } = await sdk.send(
      new GetParameterCommand({ Name: `/${name}`, WithDecryption: true }),
    );
    expect(found).toMatchObject({ Type: 'SecureString', Value: '{"a":"first","b":"é\\"\\n"}' });
    const resource = { ResourceType: 'Parameter', ResourceId: `/${name}` } as const;
    const { TagList: tags } = await sdk.send(new ListTagsForResourceCommand(resource));
    expect(tags).toEqual([{ Key: 'sallyport.dev/owner', Value: 'v1/cluster-1/ns-1/sync-1' }]);
  });

  it("is read as AWS' own client has written it, numbers as they are", async () => {
    await put('{"port": 5432, "rate": 1.10, "big": 12345678901234567890, "tls": true}');
    const state = await present();
    expect(state).toMatchObject({ mark: undefined });
    const texts = { port: '5432', rate: '1.10', big: '12345678901234567890', tls: 'true' };
    expect(textsOf(state)).toEqual(texts);
    await write({ ...texts, port: '5433' }, state);
    const found = await sdk.send(
      new GetParameterCommand({ Name: `/${name}`, WithDecryption: true }),
    );
    expect(found.Parameter?.Value).toBe(
      '{"big":12345678901234567890,"port":5433,"rate":1.10,"tls":true}',
    );
  });

  it('is created by exactly one of eight writers who saw nothing', async () => {
    const all = Array.from({ length: 8 }, (_, at) =>
      reasonOf(write({ password: `${at}` }, absent)),
    );
    const reasons = await Promise.all(all);
    expect(reasons.filter((reason) => reason === undefined)).toHaveLength(1);
    expect(reasons.filter((reason) => reason === 'StoreChanged')).toHaveLength(7);
  });

  it('that others change before the check of a write is not written', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await writtenByOthers({ password: 'theirs' });
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('that others change after the check is overwritten, and their versions are named', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    const others: string[] = [];
    store = storeDisturbedBy(async () => {
      for (const password of ['theirs', 'theirs too']) {
        await writtenByOthers({ password });
        others.push((await present()).version);
      }
    });
    const { version, overwritten } = await write({ password: 'ours' }, seen);
    expect(overwritten).toEqual(others);
    expect(await present()).toMatchObject({ version, mark: ours });
    const { Parameters: history = [] } = await sdk.send(
      new GetParameterHistoryCommand({ Name: `/${name}`, WithDecryption: true }),
    );
    const texts = ['first', 'theirs', 'theirs too', 'ours'];
    expect(history.map(({ Value }) => Value)).toEqual(
      texts.map((password) => JSON.stringify({ password })),
    );
  });

  it('whose write may have overwritten others tells later what was', async () => {
    await write({ password: 'first' }, absent);
    const { version: expectedVersion } = await present();
    const pending = { expectedVersion, idempotencyToken };
    const overwritten = () => store.overwrittenBy(name, pending, never);
    expect(await overwritten()).toEqual([]);
    await writtenByOthers({ password: 'theirs' });
    const { version: foreign } = await present();
    expect(await overwritten()).toEqual([]);
    await put(JSON.stringify({ password: 'ours' }));
    expect(await overwritten()).toEqual([foreign]);
    await deletedByOthers();
    expect(await overwritten()).toEqual([]);
    expect(
      await store.overwrittenBy(name, { ...pending, expectedVersion: undefined }, never),
    ).toEqual([]);
  });

  it('that others create again after the check is found by time, not by number', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    let created = '';
    store = storeDisturbedBy(async () => {
      await deletedByOthers();
      await writtenByOthers({ password: 'theirs' });
      created = (await present()).version;
    });
    const { overwritten } = await write({ password: 'ours' }, seen);
    expect(overwritten).toEqual([created]);
    // The mark ended with the parameter: the next round decides.
    expect(await present()).toMatchObject({ mark: undefined });
  });

  it('that others delete after the check is written, and has no version of others', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    store = storeDisturbedBy(deletedByOthers);
    const { overwritten } = await write({ password: 'ours' }, seen);
    expect(overwritten).toEqual([]);
    expect(await present()).toMatchObject({ mark: undefined });
  });

  it('that was deleted, and created again, is another one with the same number', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await deletedByOthers();
    expect(await read()).toEqual(absent);
    await writtenByOthers({ password: 'theirs' });
    const now = await present();
    expect(now.version).not.toBe(seen.version);
    expect(now.version.split('@')[0]).toBe(seen.version.split('@')[0]);
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
  });

  it('that has more than one page of history is written', async () => {
    await write({ password: 'first' }, absent);
    for (let version = 2; version <= 60; version += 1) await writtenByOthers({ version });
    const { version } = await write({ password: 'ours' }, await present());
    expect(version).toMatch(/^61@/);
    expect(await present()).toMatchObject({ version });
  });

  it('that has no mark gets one with its first values, and other tags stay', async () => {
    await writtenByOthers({ password: 'theirs' });
    const resource = { ResourceType: 'Parameter', ResourceId: `/${name}` } as const;
    const Tags = [{ Key: 'team', Value: 'payments' }];
    await sdk.send(new AddTagsToResourceCommand({ ...resource, Tags }));
    await write({ password: 'ours' }, await present());
    expect(await present()).toMatchObject({ mark: ours });
    const { TagList: tags } = await sdk.send(new ListTagsForResourceCommand(resource));
    expect(tags).toContainEqual(Tags[0]);
  });

  it('that another owner marks meanwhile stays that of the other', async () => {
    await writtenByOthers({ password: 'unowned' });
    const seen = await present();
    await store.claim(name, { former: undefined, mark: theirs }, never);
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(await reasonOf(store.claim(name, { former: undefined, mark: ours }, never))).toBe(
      'StoreChanged',
    );
    expect(await present()).toMatchObject({ mark: theirs });
    expect(textsOf(await present())).toEqual({ password: 'unowned' });
  });

  it('is never deleted: nothing would restore it', async () => {
    await write({ password: 'first' }, absent);
    expect(await reasonOf(store.remove())).toBe('StoreRefused');
    expect(textsOf(await present())).toEqual({ password: 'first' });
  });
});

describe('values that are not taken', () => {
  it.each([
    ['no JSON', canary],
    ['given twice', `{"password": "${canary}", "password": "second"}`],
  ])('from the store: %s', async (_what, text) => {
    await put(text);
    expect(await reasonOf(read())).toBe('NotReadable');
  });

  it.each([
    ['bytes that are no text', new Map([['a', SecretValue.fromBytes(Buffer.from([0xff]))]])],
    ['more than 4 KiB', valuesOf({ a: canary.repeat(300) })],
  ])('to the store: %s', async (_what, values) => {
    const wanted = { values, mark: ours, expected: absent, idempotencyToken };
    expect(await reasonOf(store.write(name, wanted, never))).toBe('StoreRefused');
    expect(await read()).toEqual(absent);
  });

  it('more than 4 KiB, except in the advanced tier', async () => {
    const values = valuesOf({ a: canary.repeat(300) });
    const wanted = { values, mark: ours, expected: absent, idempotencyToken };
    const client = awsClient(moto, 'ssm');
    const advanced = new ParameterStore({ client, payload: jsonPayload, tier: 'advanced' });
    await advanced.write(name, wanted, never);
    expect(textsOf(await present())).toEqual(textsOf({ values }));
  });

  it.each(['aws/db', 'k8s/pay/a+b'])('under the name %s', async (refused) => {
    name = refused;
    expect(await reasonOf(read())).toBe('StoreRefused');
    expect(await reasonOf(write({ a: canary }, absent))).toBe('StoreRefused');
  });
});

describe('random writes on both sides, with lost answers', () => {
  it('converge, and then write nothing', { timeout: 600_000 }, () =>
    expectConvergence({
      ...{ store, name, owner: ours, rounds: scaled(500, 15), writtenByOthers },
    }),
  );
});

describe('the credential', () => {
  it('without a right to write writes nothing, and that is no absence', async () => {
    store = storeOf({ key: moto.reader });
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreDenied');
    expect(await read()).toEqual(absent);
  });

  it('with a wrong secret is denied, and that is no absence', async () => {
    const key = { ...moto.reader, secretAccessKey: 'a'.repeat(40) };
    expect(await reasonOf(storeOf({ key }).read(name, never))).toBe('StoreDenied');
  });

  it('for another audience is denied', async () => {
    expect(await reasonOf(storeOf({ audience: 'other' }).read(name, never))).toBe('StoreDenied');
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
