import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import type { AzureStore } from '../../../src/sync/stores/azure/azure-store.js';
import { startKeyVault, type TestKeyVault } from '../../services/azure-key-vault.js';
import { scaled } from '../../support/scale.js';
import { azureStoreOf, owner, presentIn, reasonIn, textsOf, writeOf } from './cloud-stores.js';
import { expectDetectedWrites } from './detected-writes.js';

const never = new AbortController().signal;
const canary = 'c4n4ry-of-a-value';
const theirs = { ...owner, syncUid: 'sync-2' };
const absent = { kind: 'absent' } as const;

let azure: TestKeyVault;
let store: AzureStore;
let name: string;
let flat: string;
let count = 0;

beforeAll(async () => {
  azure = await startKeyVault();
});
afterAll(() => azure?.stop());
beforeEach(() => {
  azure.reset();
  count += 1;
  name = `k8s/pay/db-${count}`;
  flat = `k8s--pay--db-${count}`;
  store = azureStoreOf(azure);
});

const write = (...args: Parameters<typeof writeOf>) => store.write(name, writeOf(...args), never);
const read = () => store.read(name, never);
const writtenByOthers = (texts: Readonly<Record<string, string>>, tags = {}) => {
  azure.secrets.put(flat, { value: JSON.stringify(texts), tags });
  return azure.secrets.versions(flat).at(-1)?.id ?? '';
};
const logins = () => azure.authority.requests.filter((one) => one.startsWith('POST')).length;

const present = () => presentIn(store, name);
const reasonOf = (work: Promise<unknown>) => reasonIn(work, canary);

describe('a secret of the vault', () => {
  it('is absent, then has the values, the version and the mark that were written', async () => {
    expect(await read()).toEqual(absent);
    const { version, overwritten } = await write({ password: canary, 'a key': 'é"\n' }, absent);
    expect(overwritten).toEqual([]);
    expect(version).toMatch(/^[0-9a-f]{32}$/);
    const state = await present();
    expect(state).toMatchObject({ version, mark: owner });
    expect(textsOf(state)).toEqual({ password: canary, 'a key': 'é"\n' });
    expect(Date.parse(state.changedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    await write({ password: 'second' }, state);
    expect(textsOf(await present())).toEqual({ password: 'second' });
    expect(azure.secrets.versions(flat)).toMatchObject([
      { contentType: 'application/json' },
      { contentType: 'application/json' },
    ]);
  });

  it('that others create meanwhile keeps its values, and gets no mark', async () => {
    writtenByOthers({ password: 'theirs' });
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: undefined });
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('that has no mark gets one with its first values, and other tags stay', async () => {
    writtenByOthers({ password: 'theirs' }, { team: 'payments' });
    await write({ password: 'ours' }, await present());
    expect(await present()).toMatchObject({ mark: owner });
    expect(azure.secrets.versions(flat).at(-1)?.tags).toMatchObject({ team: 'payments' });
  });

  it('keeps its mark when others add a version without tags', async () => {
    await write({ password: 'ours' }, absent);
    const version = writtenByOthers({ password: 'theirs' });
    expect(await present()).toMatchObject({ version, mark: owner });
    await write({ password: 'again' }, await present());
    expect(azure.secrets.versions(flat).at(-1)?.tags).toHaveProperty('sallyport-owner');
  });

  it('that another owner marks meanwhile stays that of the other', async () => {
    writtenByOthers({ password: 'unowned' });
    const seen = await present();
    await store.claim(name, { former: undefined, mark: theirs }, never);
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    const claim = store.claim(name, { former: undefined, mark: owner }, never);
    expect(await reasonOf(claim)).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: theirs });
    expect(textsOf(await present())).toEqual({ password: 'unowned' });
  });

  it('that gets another version during a claim is not claimed', async () => {
    writtenByOthers({ password: 'unowned' });
    azure.vault.faults.before = ({ method }) => {
      if (method === 'PATCH') writtenByOthers({ password: 'theirs' });
    };
    const claim = store.claim(name, { former: undefined, mark: owner }, never);
    expect(await reasonOf(claim)).toBe('StoreChanged');
  });

  it('whose value is text of others is not read, nor a key that is there twice', async () => {
    for (const value of ['no JSON', '"text"', '[1]', '{"a":"1","a":"2"}']) {
      azure.secrets.put(flat, { value });
      expect(await reasonOf(read())).toBe('NotReadable');
    }
  });

  it('keeps the types of members', async () => {
    azure.secrets.put(flat, { value: '{"port": 5432, "rate": 1.10}' });
    const state = await present();
    expect(textsOf(state)).toEqual({ port: '5432', rate: '1.10' });
    await write({ port: '5433', rate: '1.10' }, state);
    expect(azure.secrets.versions(flat).at(-1)?.value).toBe('{"port":5433,"rate":1.10}');
  });

  it('whose current version is disabled is not read, and the token stays', async () => {
    await write({ password: 'first' }, absent);
    azure.secrets.update(flat, undefined, { isEnabled: false });
    const before = logins();
    expect(await reasonOf(read())).toBe('NotReadable');
    expect(await reasonOf(read())).toBe('NotReadable');
    expect(logins()).toBe(before);
  });

  it('takes no bytes that are not text, no long values and no name of the vault', async () => {
    const bytes = new Map([['key', SecretValue.fromBytes(Buffer.from([0xff, 0xfe]))]]);
    const wanted = { ...writeOf({}, absent), values: bytes };
    expect(await reasonOf(store.write(name, wanted, never))).toBe('StoreRefused');
    const before = azure.vault.requests.length;
    const long = 'c'.repeat(25 * 1_024 - '{"key":""}'.length);
    expect(await reasonOf(write({ key: `${long}c` }, absent))).toBe('StoreRefused');
    for (const odd of ['k8s/pay/DB', 'k8s/pay/a--b', 'k8s/pay/a.b', 'k8s/pay/-a']) {
      expect(await reasonOf(store.read(odd, never))).toBe('StoreRefused');
    }
    expect(azure.vault.requests).toHaveLength(before);
    expect(await read()).toEqual(absent);
    await write({ key: long }, absent);
    expect(textsOf(await present())).toEqual({ key: long });
  });
});

describe('a write', () => {
  it('is refused if somebody has written since', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    writtenByOthers({ password: 'theirs' });
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('reports each version that others wrote right before it, and not those after it', async () => {
    await write({ password: 'first' }, absent);
    const foreign: string[] = [];
    azure.vault.faults.before = ({ method }) => {
      if (method !== 'PUT') return;
      foreign.push(writtenByOthers({ password: 'one' }), writtenByOthers({ password: 'two' }));
    };
    const { overwritten } = await write({ password: 'ours' }, await present());
    expect(overwritten.toSorted()).toEqual(foreign.toSorted());
    azure.vault.faults.before = ({ method, path }) => {
      const isListAfter = method === 'GET' && path.endsWith('/versions');
      if (isListAfter && textIn(flat).includes('last')) writtenByOthers({ password: 'later' });
    };
    expect(await write({ password: 'last' }, await present())).toMatchObject({ overwritten: [] });
    expect(textsOf(await present())).toEqual({ password: 'later' });
  });

  it('whose answer was lost is found by a repetition, with what it has overwritten', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    let foreign = '';
    azure.vault.faults.before = ({ method }) => {
      if (method === 'PUT') foreign = writtenByOthers({ password: 'theirs' });
    };
    azure.vault.faults.loses = ({ method }) => method === 'PUT';
    const wanted = writeOf({ password: 'ours' }, seen);
    const lost = store.write(name, wanted, never);
    await expect(lost).rejects.toMatchObject({ mayHaveChanged: true });
    azure.reset();
    const versions = azure.secrets.versions(flat).length;
    const again = await store.write(name, wanted, never);
    expect(again.overwritten).toEqual([foreign]);
    expect(again).toMatchObject({ version: (await present()).version });
    expect(azure.secrets.versions(flat)).toHaveLength(versions);
  });

  it('whose reports were all lost is asked about later, with what it has overwritten', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    let foreign = '';
    azure.vault.faults.before = ({ method }) => {
      if (method === 'PUT') foreign = writtenByOthers({ password: 'theirs' });
    };
    azure.vault.faults.loses = ({ method }) => method === 'PUT';
    const wanted = writeOf({ password: 'ours' }, seen);
    await expect(store.write(name, wanted, never)).rejects.toThrow(Error);
    azure.reset();
    const { version: expectedVersion } = seen;
    const pending = { expectedVersion, idempotencyToken: wanted.idempotencyToken };
    expect(await store.overwrittenBy(name, pending, never)).toEqual([foreign]);
    writtenByOthers({ password: 'later' });
    expect(await store.overwrittenBy(name, pending, never)).toEqual([foreign]);
    const unknown = { ...pending, idempotencyToken: 'f'.repeat(64) };
    expect(await store.overwrittenBy(name, unknown, never)).toEqual([]);
  });

  it('that fails after its values are there may have changed something', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    let lists = 0;
    azure.vault.faults.before = ({ path }) => {
      lists += path.endsWith('/versions') ? 1 : 0;
      return lists === 2 ? { status: 403, body: { error: { code: 'Forbidden' } } } : undefined;
    };
    await expect(write({ password: 'ours' }, seen)).rejects.toMatchObject({
      ...{ reason: 'StoreDenied', mayHaveChanged: true },
    });
  });

  it('lists all pages of versions, by the host of the store alone', async () => {
    for (let version = 0; version < 60; version += 1) writtenByOthers({ password: `${version}` });
    const before = azure.vault.requests.length;
    const { overwritten } = await write({ password: 'ours' }, await present());
    expect(overwritten).toEqual([]);
    const lists = azure.vault.requests.slice(before).filter((one) => one.endsWith('/versions'));
    expect(lists.length).toBeGreaterThanOrEqual(6);
  });
});

function textIn(of: string): string {
  return azure.secrets.versions(of).at(-1)?.value ?? '';
}

describe('a deletion', () => {
  it('can be undone, and is undone by the next write of its owner', async () => {
    azure.secrets.transitionRequests = 1;
    await write({ password: 'first' }, absent);
    const seen = await present();
    await store.remove(name, seen, never);
    const deleted = await read();
    expect(deleted).toEqual({ kind: 'deleted', version: seen.version, mark: owner });
    const { overwritten } = await write({ password: 'second' }, deleted);
    expect(overwritten).toEqual([]);
    expect(textsOf(await present())).toEqual({ password: 'second' });
    expect(azure.secrets.versions(flat)).toHaveLength(2);
    expect(azure.secrets.purges).toBe(0);
  });

  it('of a secret of others is never undone', async () => {
    for (const tags of [{}, { 'sallyport-owner': 'v1/cluster/ns/sync-2' }]) {
      writtenByOthers({ password: 'theirs' }, tags);
      azure.secrets.delete(flat);
      const deleted = await read();
      expect(await reasonOf(write({ password: canary }, deleted))).toBe('StoreRefused');
      expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreChanged');
      expect(await read()).toEqual(deleted);
      azure.secrets.purge(flat);
    }
  });

  it('is not begun if somebody has written meanwhile, and is undone if it was too late', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    azure.vault.faults.before = ({ method }) => {
      if (method === 'DELETE') writtenByOthers({ password: 'late' });
    };
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'late' });
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'late' });
  });

  it('is not begun in a vault that cannot restore', async () => {
    azure.secrets.recoveryLevel = 'Purgeable';
    await write({ password: 'first' }, absent);
    expect(await reasonOf(store.remove(name, await present(), never))).toBe('StoreRefused');
    expect(textsOf(await present())).toEqual({ password: 'first' });
  });

  it('or a recovery that has not ended is a reason to wait', async () => {
    await write({ password: 'first' }, absent);
    azure.secrets.transitionRequests = 100;
    azure.secrets.delete(flat);
    expect(await reasonOf(write({ password: 'second' }, absent))).toBe('StoreBusy');
  });
});

describe('random writes on both sides, with lost answers', () => {
  it('converge, then write nothing, and overwrite no version without a report', async () => {
    const { faults } = azure.vault;
    let puts = 0;
    let requests = 0;
    let versions = 0;
    let lists = 0;
    // Some versions have one second, as they can have in a vault.
    azure.secrets.nowSeconds = () => Math.floor(1_700_000_000 + (versions += 1) / 3);
    await expectDetectedWrites({
      ...{ store, name, owner: owner, turns: scaled(500, 40) },
      writtenByOthers: (texts) => writtenByOthers(texts),
      seenByOthers: () => JSON.parse(textIn(flat) || '{}') as Record<string, string>,
      interrupt: (others) => {
        faults.before = ({ method }) => {
          if (method === 'PUT') others?.();
        };
      },
      loseAnswers: (loses) => {
        faults.loses = ({ method, path, query }) => {
          requests += 1;
          puts += method === 'PUT' ? 1 : 0;
          // A list after 500 writes has so many pages that one of them would always be lost.
          if (path.endsWith('/versions')) {
            if (query.has('$skiptoken')) return false;
            lists += 1;
            return loses && lists % 3 === 0;
          }
          return loses && (method === 'PUT' ? puts % 4 === 0 : requests % 23 === 0);
        };
      },
    });
  }, 600_000);
});
