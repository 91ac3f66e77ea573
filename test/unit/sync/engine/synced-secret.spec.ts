import { beforeEach, describe, expect, it } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { SyncedKeys } from '../../../../src/sync/domain/synced-keys.js';
import { SyncRefused } from '../../../../src/sync/engine/sync-refused.js';
import { SyncedSecret } from '../../../../src/sync/engine/synced-secret.js';
import {
  NoHistory,
  type ReplacedState,
  type VersionInfo,
  type WriteAuthor,
} from '../../../../src/secrets/domain/secret-history.js';
import type { StoredSecret } from '../../../../src/secrets/domain/secret.js';
import type { FoundSecret } from '../../../../src/secrets/read/secret-source.js';
import { builtInChecks } from '../../schemas/built-in-checks.js';
import { accounts, MemorySecrets } from './pass-world.js';
import { RecordedCalls } from './recorded-calls.js';
import { textsOf, valuesOf } from './sync-world.js';

const identity = {
  ...{ namespace: 'pay', name: 'db-sync', storeName: 'bao', secretName: 'db', author: 'alice' },
};

const notLosing = { isLosing: false };

let calls: RecordedCalls;
let cluster: MemorySecrets;
let isLeader: boolean;
let required: string[];
let origins: (string | undefined)[];
let kept: StoredSecret[];
let historyFails: boolean;
let isRecorded: boolean;
let recordedVersion: VersionInfo | undefined;

beforeEach(() => {
  calls = new RecordedCalls();
  cluster = new MemorySecrets();
  isLeader = true;
  required = [];
  origins = [];
  kept = [];
  historyFails = false;
  isRecorded = true;
  recordedVersion = undefined;
});

class NotedHistory extends NoHistory {
  override isRecorded() {
    return isRecorded;
  }

  override async soon() {
    return recordedVersion;
  }

  override async keepReplaced(_author: WriteAuthor, { secret }: ReplacedState): Promise<undefined> {
    if (historyFails) throw unavailable('the history is full');
    kept.push(secret);
  }

  override begin() {
    return {
      wrote: async (_written: unknown, origin?: { readonly door: string }) => {
        origins.push(origin?.door);
        return undefined;
      },
      deleted: async () => undefined,
      end: () => void origins.push('end'),
    };
  }
}

function secretOf(keys = new SyncedKeys(undefined)): SyncedSecret {
  const findDecided = async () => {
    const secret = cluster.secrets.get('db');
    if (secret === undefined) throw new SallyportError('NotFound', 'there is none');
    const { name, namespace, uid, type, resourceVersion } = secret;
    const found: FoundSecret = {
      ...{ namespace, name, uid, type, resourceVersion, keys: [...secret.data.keys()] },
      show: (representation) => representation.render(secret, undefined),
    };
    return found;
  };
  return new SyncedSecret(
    {
      ...{ source: { findDecided }, store: cluster, calls, history: new NotedHistory() },
      ...{ checks: builtInChecks(), accounts },
    },
    {
      ...{ identity, keys, isStrong: false },
      requireMayLeave: async ({ name }) => void required.push(name),
      requireWork: () => {
        if (!isLeader) throw unavailable('another replica works on syncs now');
      },
    },
  );
}

async function written(texts: Readonly<Record<string, string>>, secret = secretOf()) {
  return secret.write(valuesOf(texts), await secret.read(), notLosing);
}

describe('a read', () => {
  it('has the synced keys alone, after the check of whether they may leave', async () => {
    cluster.put('db', { password: 'a', own: 'b' });
    const { version, values } = await secretOf(new SyncedKeys([{ name: 'password' }])).read();
    expect([version, textsOf(values), required]).toEqual(['11', { password: 'a' }, ['db']]);
  });

  it('of a Secret that is not there has no version and no values', async () => {
    expect(await secretOf().read()).toEqual({ version: undefined, values: new Map() });
  });

  it.each(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'])(
    'refuses a credential of the cluster: %s',
    async (type) => {
      cluster.put('db', {}, { type });
      await expect(secretOf().read()).rejects.toMatchObject({
        problem: { reason: 'ClusterCredential' },
      });
    },
  );
});

describe('a write', () => {
  it('creates the Secret, with an event before it and no value in it', async () => {
    cluster.beforeWrite = () => expect(calls.told).toEqual(['syncs.pull intent']);
    expect(await written({ password: 'FIXTURE_LEAK' })).toEqual(expect.any(String));
    expect(cluster.textsOf('db')).toEqual({ password: 'FIXTURE_LEAK' });
    const event = { action: 'syncs.pull', namespace: 'pay', secret: 'db', keys: ['password'] };
    expect(calls.events).toMatchObject([
      { stage: 'intent', ...event, onBehalfOf: 'alice' },
      {
        ...{ stage: 'outcome', ...event, outcome: 'allowed' },
        decisionReason: 'SecretSync "db-sync" of ExternalStore "bao"',
      },
    ]);
    expect(JSON.stringify(calls.events)).not.toContain('FIXTURE_LEAK');
    expect(origins).toEqual(['sync', 'end']);
  });

  it('changes and removes synced keys, and leaves all others as they are', async () => {
    cluster.put('db', { password: 'a', user: 'b', own: 'c' });
    const keys = new SyncedKeys([{ name: 'password' }, { name: 'user' }, { name: 'fresh' }]);
    expect(await written({ password: 'x', fresh: 'y' }, secretOf(keys))).toEqual(
      expect.any(String),
    );
    expect(cluster.textsOf('db')).toEqual({ password: 'x', own: 'c', fresh: 'y' });
    expect(cluster.writes[0]?.split(' ').toSorted()).toEqual(
      ['patch', 'db', 'password', 'user', 'fresh'].toSorted(),
    );
  });

  it('may have keys that objects have by themselves', async () => {
    cluster.put('db', { a: '1' });
    const texts = Object.fromEntries([
      ['a', '1'],
      ['__proto__', '2'],
      ['constructor', '3'],
    ]);
    expect(await written(texts)).toEqual(expect.any(String));
    expect(Object.entries(cluster.textsOf('db') ?? {})).toEqual(Object.entries(texts));
  });

  it.each<[string, () => unknown]>([
    ['was changed', () => cluster.put('db', { password: 'newer' })],
    ['was deleted', () => cluster.secrets.delete('db')],
    ['is another one of its name', () => cluster.put('db', {}, { uid: 'other' })],
  ])('does not happen if the Secret %s meanwhile', async (_what, change) => {
    cluster.put('db', { password: 'a' });
    const secret = secretOf();
    const seen = await secret.read();
    change();
    expect(await secret.write(valuesOf({ password: 'b' }), seen, notLosing)).toBeUndefined();
    expect(cluster.writes).toEqual([]);
    cluster.put('db', { password: 'a' });
    const again = await secret.read();
    cluster.beforeWrite = () => {
      cluster.beforeWrite = () => undefined;
      change();
    };
    expect(await secret.write(valuesOf({ password: 'b' }), again, notLosing)).toBeUndefined();
    expect(cluster.writes).toEqual([]);
  });

  it('does not happen if somebody else has created the Secret meanwhile', async () => {
    const secret = secretOf();
    const seen = await secret.read();
    cluster.put('db', { password: 'theirs' });
    expect(await secret.write(valuesOf({ password: 'b' }), seen, notLosing)).toBeUndefined();
    expect(cluster.textsOf('db')).toEqual({ password: 'theirs' });
  });

  it('does not happen after the lease is lost', async () => {
    isLeader = false;
    await expect(written({ password: 'a' })).rejects.toMatchObject({ code: 'Unavailable' });
    cluster.put('db', {});
    await expect(written({ password: 'a' })).rejects.toMatchObject({ code: 'Unavailable' });
    expect(cluster.writes).toEqual([]);
    expect(origins).toEqual(['end', 'end']);
  });

  it('that the cluster refuses is a problem of the sync', async () => {
    cluster.put('db', { password: 'a' }, { immutable: true });
    const refused = written({ password: 'b' });
    await expect(refused).rejects.toBeInstanceOf(SyncRefused);
    await expect(refused).rejects.toMatchObject({
      problem: { concerns: 'InSync', reason: 'SecretRefused' },
    });
    expect(calls.told).toEqual(['syncs.pull intent', 'syncs.pull failed']);
  });

  it('that a quota or a webhook forbids is a problem of the sync, and no reason to hurry', async () => {
    cluster.beforeWrite = () => {
      throw new SallyportError('Forbidden', 'exceeded quota');
    };
    await expect(written({ password: 'b' })).rejects.toMatchObject({
      problem: { concerns: 'InSync', reason: 'SecretForbidden' },
    });
  });

  it('that breaks the type of the Secret is not sent', async () => {
    cluster.put('db', { 'tls.crt': 'x', 'tls.key': 'y' }, { type: 'kubernetes.io/tls' });
    await expect(written({ 'tls.crt': 'x' })).rejects.toMatchObject({
      problem: { reason: 'SecretRefused' },
    });
    expect(cluster.writes).toEqual([]);
  });

  it('whose answer is lost is unknown, and repeated by the next look', async () => {
    cluster.afterWrite = () => {
      throw new SallyportError('OutcomeUnknown', 'the answer is lost');
    };
    await expect(written({ password: 'a' })).rejects.toMatchObject({ code: 'OutcomeUnknown' });
    expect(calls.told).toEqual(['syncs.pull intent', 'syncs.pull unknown']);
  });
});

describe('a value that the store loses', () => {
  const keep = async (meanwhile: () => void = () => undefined) => {
    cluster.put('db', { password: 'ours', own: 'x' });
    const secret = secretOf(new SyncedKeys([{ name: 'password' }]));
    const seen = await secret.read();
    meanwhile();
    return secret.keepReplaced(valuesOf({ password: 'theirs' }), seen, 'id');
  };

  it('is recorded with all other values of the Secret, and nothing is written', async () => {
    expect(await keep()).toBe(true);
    expect(kept.map(({ data }) => textsOf(data))).toEqual([{ password: 'theirs', own: 'x' }]);
    expect(cluster.writes).toEqual([]);
    expect(calls.told).toEqual(['versions.keep intent', 'versions.keep allowed']);
  });

  it.each([
    ['is another one', () => cluster.put('db', { password: 'newer' })],
    ['is gone', () => void cluster.secrets.delete('db')],
  ])('is not recorded if the Secret %s', async (_what, meanwhile) => {
    expect(await keep(meanwhile)).toBe(false);
    expect(kept).toEqual([]);
  });

  it('holds the sync if the history takes no version', async () => {
    historyFails = true;
    const problem = { concerns: 'InSync', reason: 'HistoryUnavailable' };
    await expect(keep()).rejects.toMatchObject({ problem });
  });
});

describe('a value that the cluster loses', () => {
  const pull = async () => {
    cluster.put('db', { password: 'ours' });
    const secret = secretOf();
    const seen = await secret.read();
    return secret.write(valuesOf({ password: 'theirs' }), seen, { isLosing: true });
  };
  const version = { version: 1, updatedBy: null, keyVersions: [], isFinal: true };

  it('is replaced once the history has it', async () => {
    recordedVersion = version;
    expect(await pull()).toBeDefined();
    expect(cluster.textsOf('db')).toEqual({ password: 'theirs' });
  });

  it('holds the sync if the history should have it, and has it not', async () => {
    const problem = { concerns: 'InSync', reason: 'HistoryUnavailable' };
    await expect(pull()).rejects.toMatchObject({ problem });
    expect(cluster.textsOf('db')).toEqual({ password: 'ours' });
    expect(calls.told).toEqual([]);
  });

  it('is replaced if Secrets like this have no history', async () => {
    isRecorded = false;
    expect(await pull()).toBeDefined();
  });
});
