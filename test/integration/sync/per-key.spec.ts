import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import type { RemoteState, RemoteStore } from '../../../src/sync/domain/remote-store.js';
import { PerKeyStore } from '../../../src/sync/stores/per-key-store.js';
import { scaled } from '../../support/scale.js';
import {
  azure,
  gcp,
  openbao,
  parameterStore,
  type PlainWorld,
  secretsManager,
  webhook,
} from './per-key-worlds.js';
import { expectConvergence } from './random-writes.js';
import { canary, reasonOf, textsOf, valuesOf } from './store-values.js';

const never = new AbortController().signal;
const ours = { clusterUid: 'cluster-1', namespaceUid: 'ns-1', syncUid: 'sync-1' };
const theirs = { ...ours, syncUid: 'sync-2' };
const absent = { kind: 'absent' } as const;
const bytes = Buffer.from([0xff, 0xfe, 0x00]);
const convergenceMsMax = 600_000;

interface Provider {
  readonly provider: string;
  readonly start: () => Promise<PlainWorld>;
  /** Whether a deleted secret can be restored, as a sync needs it. */
  readonly restores: boolean;
  readonly takesBytes: boolean;
  /** Mark of a secret that another program has created. */
  readonly markOfOthers: 'unreadable' | undefined;
}

const usual = { restores: true, takesBytes: false, markOfOthers: undefined };

describe.each<Provider>([
  { ...usual, provider: 'AWS Secrets Manager', start: secretsManager },
  { ...usual, provider: "AWS' Parameter Store", start: parameterStore, restores: false },
  { ...usual, provider: 'OpenBao', start: openbao },
  { ...usual, provider: 'Azure Key Vault', start: azure },
  { ...usual, provider: 'GCP Secret Manager', start: gcp, takesBytes: true },
  // The server gives each secret an owner.
  { ...usual, provider: 'a webhook', start: webhook, takesBytes: true, markOfOthers: 'unreadable' },
])('keys as secrets of their own in $provider', (of) => {
  let world: PlainWorld;
  let store: RemoteStore;
  let name: string;
  let tokens = 0;
  let count = 0;

  beforeAll(async () => {
    world = await of.start();
  });
  afterAll(() => world?.stop());
  beforeEach(() => {
    count += 1;
    name = `k8s/pay/db-${count}`;
    store = storeOf();
  });

  const storeOf = (keys = ['user', 'password', 'more/key'], owner = ours) =>
    new PerKeyStore({ store: world.store, keys, owner });
  const read = () => store.read(name, never);
  const present = async () => {
    const state = await read();
    if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
    return state;
  };

  function write(texts: Readonly<Record<string, string>>, expected: RemoteState, mark = ours) {
    tokens += 1;
    const idempotencyToken = tokens.toString(16).padStart(64, '0');
    return store.write(name, { values: valuesOf(texts), mark, expected, idempotencyToken }, never);
  }

  it('are plain texts for other programs', async () => {
    expect(await read()).toEqual(absent);
    const odd = '{"a": "é\\n"}';
    const { version, overwritten } = await write({ user: 'app', password: odd }, await read());
    expect(overwritten).toEqual([]);
    expect(await world.get(`${name}/user`)).toBe('app');
    expect(await world.get(`${name}/password`)).toBe(odd);
    expect(await present()).toMatchObject({ version, mark: ours });
    expect(textsOf(await present())).toEqual({ user: 'app', password: odd });
  });

  it('have the texts that other programs write, and no mark then', async () => {
    await world.put(`${name}/user`, 'app');
    await world.put(`${name}/more/key`, ` ${canary}\n`);
    await world.put(`${name}/unlisted`, 'not read');
    expect(textsOf(await present())).toEqual({ user: 'app', 'more/key': ` ${canary}\n` });
    expect(await present()).toMatchObject({ mark: of.markOfOthers });
  });

  it('are written alone if they have changed', async () => {
    await write({ user: 'app', password: 'first' }, await read());
    const { version: ofUser } = await versionOf('user');
    const { version } = await write({ user: 'app', password: 'second' }, await present());
    expect(await versionOf('user')).toMatchObject({ version: ofUser });
    expect(await present()).toMatchObject({ version });
    expect(textsOf(await present())).toEqual({ user: 'app', password: 'second' });
  });

  it('that others have changed meanwhile keep the value of the others', async () => {
    await write({ user: 'app', password: 'first' }, await read());
    const seen = await present();
    await world.put(`${name}/password`, 'theirs');
    expect(await reasonOf(write({ user: 'app', password: canary }, seen))).toBe('StoreChanged');
    expect(await world.get(`${name}/password`)).toBe('theirs');
    const other = write({ user: 'other', password: canary }, seen);
    await expect(other).rejects.toMatchObject({ reason: 'StoreChanged', mayHaveChanged: true });
    expect(await world.get(`${name}/user`)).toBe('other');
    await write({ user: 'other', password: 'ours' }, await present());
    expect(textsOf(await present())).toEqual({ user: 'other', password: 'ours' });
  });

  it('are those of another owner if one of them is', async () => {
    await write({ user: 'app' }, await read());
    store = storeOf(['password'], theirs);
    await write({ password: 'theirs' }, await read(), theirs);
    store = storeOf();
    expect(await present()).toMatchObject({ mark: theirs });
    const claim = store.claim(name, { former: undefined, mark: ours }, never);
    expect(await reasonOf(claim)).toBe('StoreChanged');
    expect(await versionOf('password')).toMatchObject({ mark: theirs });
  });

  it('get the mark of a new owner, and keep their values', async () => {
    store = storeOf(undefined, theirs);
    await write({ user: 'app', password: 'first' }, await read(), theirs);
    store = storeOf();
    await store.claim(name, { former: theirs, mark: ours }, never);
    expect(await present()).toMatchObject({ mark: ours });
    expect(textsOf(await present())).toEqual({ user: 'app', password: 'first' });
  });

  it('that are deleted can be restored, or are not deleted', async () => {
    await write({ user: 'app', password: 'first' }, await read());
    const deletion = write({ user: 'app' }, await present());
    if (!of.restores) {
      expect(await reasonOf(deletion)).toBe('StoreRefused');
      expect(textsOf(await present())).toEqual({ user: 'app', password: 'first' });
      return;
    }
    await deletion;
    expect(textsOf(await present())).toEqual({ user: 'app' });
    expect(await world.store.read(`${name}/password`, never)).toMatchObject({ kind: 'deleted' });
    const { version } = await write({ user: 'app', password: 'second' }, await present());
    expect(await present()).toMatchObject({ version });
    expect(await world.get(`${name}/password`)).toBe('second');
    await store.remove(name, await present(), never);
    expect(await read()).toMatchObject({ kind: 'deleted', mark: ours });
  });

  it('have bytes if the store has bytes', async () => {
    const values = new Map([['user', SecretValue.fromBytes(bytes)]]);
    const wanted = { values, mark: ours, expected: absent, idempotencyToken: 'b'.repeat(64) };
    const written = store.write(name, wanted, never);
    if (!of.takesBytes) {
      expect(await reasonOf(written)).toBe('StoreRefused');
      expect(await read()).toEqual(absent);
      return;
    }
    await written;
    expect((await present()).values.get('user')?.reveal()).toEqual(bytes);
  });

  async function versionOf(key: string) {
    const state = await world.store.read(`${name}/${key}`, never);
    if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
    return { version: state.version, mark: state.mark };
  }
});

describe.each<[string, () => Promise<PlainWorld>]>([
  ['AWS Secrets Manager', secretsManager],
  ['OpenBao', openbao],
])('random writes on both sides of keys in %s, with lost answers', (_provider, start) => {
  let world: PlainWorld;

  beforeAll(async () => {
    world = await start();
  });
  afterAll(() => world?.stop());

  it(
    'converge, and then write nothing',
    async () => {
      const name = 'k8s/pay/random';
      const writtenByOthers = async (texts: Readonly<Record<string, string>>) => {
        for (const [key, text] of Object.entries(texts)) {
          const before = await world.get(`${name}/${key}`).catch(() => undefined);
          if (before !== text) await world.put(`${name}/${key}`, text);
        }
      };
      await expectConvergence({
        store: new PerKeyStore({ store: world.store, keys: ['a', 'b', 'c'], owner: ours }),
        ...{ name, owner: ours, rounds: scaled(500), writtenByOthers },
      });
    },
    convergenceMsMax,
  );
});
