import { performance } from 'node:perf_hooks';
import { beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import type { VersionInfo, WrittenState } from '../../../../src/secrets/domain/secret-history.js';
import { CapturedHistory } from '../../../../src/versions/capture/captured-history.js';
import { OwnWrites } from '../../../../src/versions/capture/own-writes.js';
import { authorOf } from '../../../../src/versions/domain/attribution.js';
import { FollowedNamespaces, SecretFeed } from '../../../../src/versions/domain/secret-feed.js';
import type { Attribution } from '../../../../src/versions/domain/version.js';
import type { HistoryHead } from '../../../../src/versions/domain/versions.store.js';
import { callContext } from '../../audit/audit-builders.js';

const ref = { namespace: 'pay', name: 'db' };
const state: WrittenState = { ...ref, uid: 'u-db', resourceVersion: '41', type: 'Opaque' };
const bob: Attribution = { door: 'rest', username: 'bob', kind: 'oidc', credentialId: 'oidc:bob' };
const info: VersionInfo = { version: 3, updatedBy: authorOf(bob), keyVersions: new Map() };
const ctx = callContext({ door: 'kubectl' });
/** What the machine may need beside what is waited for. */
const slackMs = 500;

class Namespaces extends FollowedNamespaces {
  override known() {
    return { uid: 'n-pay', annotations: {}, createdAt: '', resourceVersion: '1' };
  }
  override confirm(): Promise<never> {
    return Promise.reject(new Error('not used here'));
  }
}

class Feed extends SecretFeed {
  override isLive(): boolean {
    return true;
  }
  override isFollowed(): boolean {
    return true;
  }
}

function headAt(resourceVersion: string): HistoryHead {
  const place = { id: 1, namespaceUid: 'n-pay', ...ref, secretUid: 'u-db', resourceVersion };
  const ends = { currentVersion: 3, previousVersion: 2, pendingVersion: undefined };
  const whole = { ...place, ...ends, lastVersion: 3, deletedMs: undefined };
  const last = { version: 3, secretUid: 'u-db', resourceVersion, keys: [], attribution: bob };
  return { history: whole, last: { ...last, fingerprint: Uint8Array.of(1) } };
}

describe('a write of the gateway', () => {
  let own: OwnWrites;
  let attributed: [string, string, Attribution][];
  let stored: HistoryHead[];
  let history: CapturedHistory;

  beforeEach(() => {
    own = new OwnWrites(() => undefined);
    attributed = [];
    stored = [];
    history = new CapturedHistory({
      ...{ own, namespaces: new Namespaces(), feed: new Feed() },
      exclusions: { types: [], namespaces: [] },
      recorder: { problem: undefined },
      store: {
        histories: async () => stored,
        attribute: async (...given) => {
          attributed.push(given);
          return 3;
        },
      },
    });
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

  it('that came to nothing holds nothing back', () => {
    const write = history.begin(ctx, ref);
    expect(own.isUnderWay(ref)).toBe(true);
    write.end();
    write.end();
    expect(own.isUnderWay(ref)).toBe(false);
    expect(own.attributionOf(state)).toBeUndefined();
  });
});
