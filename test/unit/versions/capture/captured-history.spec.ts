import { performance } from 'node:perf_hooks';
import { beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import type { StoredSecret } from '../../../../src/secrets/domain/secret.js';
import type { VersionInfo, WrittenState } from '../../../../src/secrets/domain/secret-history.js';
import { CapturedHistory } from '../../../../src/versions/capture/captured-history.js';
import { GatewayWrites } from '../../../../src/versions/capture/gateway-writes.js';
import { authorOf } from '../../../../src/versions/domain/attribution.js';
import type { Exclusions } from '../../../../src/versions/domain/excluded.js';
import { WatchedNamespaces, SecretFeed } from '../../../../src/versions/domain/secret-feed.js';
import type { Attribution } from '../../../../src/versions/domain/version.js';
import type { HistoryHead } from '../../../../src/versions/domain/versions.store.js';
import { callContext } from '../../audit/audit-builders.js';
import { storedSecret } from '../../secrets/domain/secret.builder.js';
import { ManualClock } from '../../auth/manual-clock.js';

const ref = { namespace: 'pay', name: 'db' };
const state: WrittenState = { ...ref, uid: 'u-db', resourceVersion: '41', type: 'Opaque' };
const bob: Attribution = { door: 'rest', username: 'bob', kind: 'oidc', credentialId: 'oidc:bob' };
const info: VersionInfo = {
  ...{ version: 3, updatedBy: authorOf(bob), keyVersions: [] },
  isFinal: true,
};
const ctx = callContext({ door: 'kubectl' });
const CREATED_MS = new ManualClock().nowMs();
/** What the machine may need beside what is waited for. */
const slackMs = 500;

class Namespaces extends WatchedNamespaces {
  override known() {
    return { uid: 'n-pay', annotations: {}, createdAt: '', resourceVersion: '1' };
  }
  override confirm(): Promise<never> {
    return Promise.reject(new Error('not used here'));
  }
}

class Feed extends SecretFeed {
  readonly #state: 'begins' | 'is live' | 'has failed';

  constructor(state: 'begins' | 'is live' | 'has failed') {
    super();
    this.#state = state;
  }

  override isBeginning(): boolean {
    return this.#state === 'begins';
  }
  override isLive(): boolean {
    return this.#state === 'is live';
  }
  override isFollowed(): boolean {
    return true;
  }
}

function headAt(resourceVersion: string, attribution: Attribution = bob): HistoryHead {
  const place = { id: 1, namespaceUid: 'n-pay', ...ref, secretUid: 'u-db', resourceVersion };
  const ends = { currentVersion: 3, previousVersion: 2, pendingVersion: undefined };
  const whole = { ...place, ...ends, lastVersion: 3, deletedMs: undefined };
  const last = { version: 3, secretUid: 'u-db', resourceVersion, keys: [], attribution };
  const made = { fingerprint: Uint8Array.of(1), createdMs: CREATED_MS };
  return { history: whole, last: { ...last, ...made } };
}

interface Wishes {
  readonly own?: GatewayWrites;
  readonly writers?: 'one' | 'many';
  readonly exclusions?: Exclusions;
  readonly ageMs?: number;
  readonly watch?: 'begins' | 'is live' | 'has failed';
  readonly problem?: string;
}

/** A history over what the test says is in the database. */
function historyOver(stored: () => readonly HistoryHead[], wishes: Wishes = {}) {
  const { own = new GatewayWrites(() => undefined), writers = 'one', ageMs = 0 } = wishes;
  const { watch = 'is live', problem } = wishes;
  const attributed: [string, string, Attribution][] = [];
  const asked: string[] = [];
  const kept: [StoredSecret, Attribution][] = [];
  const clock = new ManualClock();
  clock.advance(ageMs);
  const history = new CapturedHistory({
    ...{ own, namespaces: new Namespaces(), feed: new Feed(watch), writers },
    exclusions: wishes.exclusions ?? { types: [], namespaces: [] },
    recorder: { problem },
    replaced: {
      record: async (...given) => {
        kept.push(given);
        return 9;
      },
    },
    clock,
    store: {
      histories: async (_uid, names) => {
        asked.push(...names);
        return stored();
      },
      attribute: async (...given) => {
        attributed.push(given);
        return 3;
      },
    },
  });
  return { history, own, attributed, asked, kept };
}

describe('what history says of a state', () => {
  const nobody: Attribution = { door: 'external' };
  const said = async (attribution: Attribution, wishes: Wishes = {}) => {
    const { history } = historyOver(() => [headAt('41', attribution)], wishes);
    return (await history.describe([state]))[0];
  };

  it.each([
    ['whose author is known', bob, { writers: 'many' } as const],
    ['of a database that no other process writes to', nobody, {}],
    ['that nobody can be named for any more', nobody, { writers: 'many', ageMs: 400_000 } as const],
  ])('is final for one %s', async (_which, attribution, wishes) => {
    expect(await said(attribution, wishes)).toMatchObject({ version: 3, isFinal: true });
  });

  it('is not final where another process may still learn who made it', async () => {
    const info = await said(nobody, { writers: 'many', ageMs: 300_000 });
    expect(info).toMatchObject({ version: 3, updatedBy: null, isFinal: false });
  });

  it('is nothing for one that is never recorded, and the database is not asked', async () => {
    const exclusions = { types: ['helm.sh/release.v1'], namespaces: ['loud'] };
    const { history, asked } = historyOver(() => [headAt('41')], { exclusions });
    const release = { ...state, type: 'helm.sh/release.v1' };
    const loud = { ...state, namespace: 'loud' };
    expect(await history.describe([release, loud])).toEqual([undefined, undefined]);
    expect([release, loud, state].map((one) => history.isRecorded(one))).toEqual([
      false,
      false,
      true,
    ]);
    expect(asked).toEqual([]);
  });

  it('is read once where it is final, and again once it is known who made it', async () => {
    const { history, own, asked } = historyOver(() => [headAt('41', nobody)]);
    await history.describe([state]);
    await history.describe([state]);
    expect(asked).toEqual(['db']);
    own.attributed(state);
    await history.describe([state]);
    expect(asked).toEqual(['db', 'db']);
  });

  it('is read each time where it is not final', async () => {
    const { history, asked } = historyOver(() => [headAt('41', nobody)], { writers: 'many' });
    await history.describe([state]);
    await history.describe([state]);
    expect(asked).toEqual(['db', 'db']);
  });

  it('is told as soon as a state that is coming is recorded, to all who wait for it', async () => {
    const { history, own } = historyOver(() => []);
    const waiting = [history.soon(state), history.soon(state), own.version(state)];
    own.recorded(state, info);
    expect(await Promise.all(waiting)).toEqual([info, info, info]);
  });

  it('is told of a state that another process has recorded', async () => {
    const { history } = historyOver(() => [headAt('41')]);
    expect(await history.soon(state)).toMatchObject({ version: 3 });
  });

  it('is nothing where it does not come soon', async () => {
    const { history } = historyOver(() => [headAt('40')]);
    expect(await history.soon(state)).toBeUndefined();
  });

  it('is announced to have changed where a write is late to say that it led there', async () => {
    const { history, own } = historyOver(() => []);
    const told: unknown[] = [];
    history.onAttributed((one) => told.push(one));
    const write = history.begin(ctx, ref);
    own.recorded(state, { ...info, updatedBy: null, isFinal: false });
    expect(told).toEqual([]);
    expect(await write.wrote(state)).toMatchObject({ updatedBy: { username: 'alice' } });
    expect(told).toMatchObject([{ uid: 'u-db', resourceVersion: '41' }]);
  });
});

describe('a write of the gateway', () => {
  let own: GatewayWrites;
  let attributed: [string, string, Attribution][];
  let stored: HistoryHead[];
  let history: CapturedHistory;

  beforeEach(() => {
    stored = [];
    ({ own, attributed, history } = historyOver(() => stored));
  });

  async function timed<T>(work: () => Promise<T>) {
    const beganMs = performance.now();
    const value = await work();
    return { value, tookMs: performance.now() - beganMs };
  }

  /** After it, what was there is older by the clock that both are measured with. */
  function letTimePass(): void {
    const fromMs = performance.now();
    while (performance.now() === fromMs);
  }

  it('that changes nothing leaves the version to who has made it', async () => {
    own.recorded(state, info);
    letTimePass();
    const write = history.begin(ctx, ref);
    const { value, tookMs } = await timed(() => write.wrote(state));
    expect(value).toBe(info);
    expect(tookMs).toBeLessThan(limits.versionSoonMs);
    expect(attributed).toEqual([]);
    expect(own.attributionOf(state)).toBeUndefined();
    expect(own.isUnderWay(ref)).toBe(false);
  });

  it('nor does the next one take it, however often it comes by the watch', async () => {
    own.recorded(state, info);
    letTimePass();
    await history.begin(ctx, ref).wrote(state);
    own.recorded(state, info);
    const value = await history.begin(ctx, ref).wrote(state);
    expect(value).toBe(info);
    expect(attributed).toEqual([]);
  });

  it('that led to a state has its version, also where the watch was faster', async () => {
    const write = history.begin(ctx, ref);
    own.recorded(state, { ...info, updatedBy: null });
    const value = await write.wrote(state);
    expect(value).toMatchObject({ version: 3, updatedBy: { username: 'alice' } });
    expect(attributed).toMatchObject([['u-db', '41', { door: 'kubectl', username: 'alice' }]]);
  });

  it('that led to a state has its version once the watch has come to it', async () => {
    const write = history.begin(ctx, ref);
    const written = write.wrote(state);
    expect(own.attributionOf(state)).toMatchObject({ door: 'kubectl', username: 'alice' });
    own.recorded(state, info);
    expect(await written).toBe(info);
    expect(attributed).toEqual([]);
  });

  it('that changes nothing of what was recorded long ago waits no longer than soon', async () => {
    stored = [headAt(state.resourceVersion)];
    const { value, tookMs } = await timed(() => history.begin(ctx, ref).wrote(state));
    expect(value).toMatchObject({ version: 3, updatedBy: { username: 'bob' } });
    expect(tookMs).toBeGreaterThanOrEqual(limits.versionSoonMs - 1);
    expect(tookMs).toBeLessThan(limits.versionSoonMs + slackMs);
    expect(attributed).toEqual([]);
  });

  it('waits on for a state that is not recorded yet, and takes no other for it', async () => {
    stored = [headAt('40')];
    const written = history.begin(ctx, ref).wrote(state);
    const later = { ...info, version: 4 };
    setTimeout(() => own.recorded(state, later), limits.versionSoonMs + 50);
    expect(await written).toBe(later);
  });

  it('waits for its number while the watch begins: until then only this process knows it', async () => {
    ({ own, history } = historyOver(() => stored, { watch: 'begins' }));
    const written = history.begin(ctx, ref).wrote(state);
    setTimeout(() => own.recorded(state, info), limits.versionSoonMs + 50);
    expect(await written).toBe(info);
  });

  it('waits no longer than for any number while the watch begins', async () => {
    ({ own, history } = historyOver(() => stored, { watch: 'begins' }));
    const { value, tookMs } = await timed(() => history.begin(ctx, ref).wrote(state));
    expect(value).toBeUndefined();
    expect(tookMs).toBeGreaterThanOrEqual(limits.versionWaitMsMax - 1);
    expect(tookMs).toBeLessThan(limits.versionWaitMsMax + slackMs);
  });

  it.each([
    ['the watch has failed', { watch: 'has failed' }],
    ['nothing can be recorded, also while the watch begins', { watch: 'begins', problem: 'full' }],
  ] as const)('waits for no number that will not come: %s', async (_why, wishes) => {
    ({ own, history } = historyOver(() => stored, wishes));
    const { value, tookMs } = await timed(() => history.begin(ctx, ref).wrote(state));
    expect(value).toBeUndefined();
    expect(tookMs).toBeLessThan(limits.versionSoonMs);
    expect(own.attributionOf(state)).toMatchObject({ username: 'alice' });
  });

  it('that came to nothing holds nothing back', () => {
    const write = history.begin(ctx, ref);
    expect(own.isUnderWay(ref)).toBe(true);
    write.end();
    write.end();
    expect(own.isUnderWay(ref)).toBe(false);
    expect(own.attributionOf(state)).toBeUndefined();
  });
});

describe('a state that never was in the cluster', () => {
  const secret = storedSecret();
  const keep = (wishes: Wishes = {}) => {
    const { history, kept } = historyOver(() => [], wishes);
    const version = history.keepReplaced(ctx, { secret, id: 'abc' }, { door: 'sync' });
    return { version, kept };
  };

  it('is recorded with its author, under a resourceVersion that no Secret has', async () => {
    const { version, kept } = keep();
    expect(await version).toBe(9);
    const { username } = ctx.principal;
    expect(kept).toEqual([
      [{ ...secret, resourceVersion: 'replaced:abc' }, expect.objectContaining({ username })],
    ]);
    expect(kept[0]?.[1]).toMatchObject({ door: 'sync' });
  });

  it('is not recorded if Secrets like this have no history', async () => {
    const { version, kept } = keep({ exclusions: { types: [], namespaces: [secret.namespace] } });
    expect([await version, kept]).toEqual([undefined, []]);
  });
});
