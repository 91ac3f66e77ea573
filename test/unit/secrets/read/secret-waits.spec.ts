import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readKeyRights, secretRight } from '../../../../src/access/domain/secret-rights.js';
import type { ResourceRequest } from '../../../../src/access/access.service.js';
import { limits } from '../../../../src/core/limits.js';
import type { TermsEnd } from '../../../../src/platform/http/request-lifetimes.js';
import type { ChangeLog } from '../../../../src/secrets/domain/cache/change-log.js';
import type { NamespaceView } from '../../../../src/secrets/domain/cache/secret-cache.js';
import type { SecretRef } from '../../../../src/secrets/domain/secret.js';
import type { Watched } from '../../../../src/secrets/read/read-wait.js';
import { SecretWaits } from '../../../../src/secrets/read/secret-waits.js';
import { callContext } from '../../audit/audit-builders.js';

const db = { namespace: 'pay', name: 'db' };
const mail = { namespace: 'pay', name: 'mail' };
const whole = (ref: SecretRef): Watched => ({ ref, rights: [secretRight('get', ref)] });

/** Follows everything, and changes when the test says so. */
class StreamEventBuilder {
  readonly waiting = new Map<() => void, string>();
  isFollowed = true;
  isLive = true;

  changed({ name }: SecretRef, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        resolve();
      };
      this.waiting.set(wake, name);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  changes(): ChangeLog | undefined {
    if (!this.isFollowed) return undefined;
    // Nothing but its being there is looked at.
    const view = (): NamespaceView | undefined => (this.isLive ? ({} as NamespaceView) : undefined);
    return { view } as ChangeLog;
  }

  change(name: string): void {
    for (const [wake, of] of [...this.waiting]) if (of === name) wake();
  }
}

/** Rights that go when the test says so. */
class ToldRights {
  readonly held = new Map<AbortController, ResourceRequest>();

  hold(_ctx: unknown, right: ResourceRequest) {
    const gone = new AbortController();
    this.held.set(gone, right);
    return { signal: gone.signal, release: () => void this.held.delete(gone) };
  }

  take(resource: string): void {
    for (const [gone, right] of this.held) if (right.resource === resource) gone.abort();
  }
}

describe('a read that waits', () => {
  let cache: StreamEventBuilder;
  let rights: ToldRights;
  let over: AbortController;
  let reason: TermsEnd | undefined;
  let waits: SecretWaits;
  let looks: number;
  let state: string;
  let failure: Error | undefined;
  let holds: boolean;
  let during: Promise<void> | undefined;

  beforeEach(() => {
    vi.useFakeTimers();
    cache = new StreamEventBuilder();
    rights = new ToldRights();
    over = new AbortController();
    reason = undefined;
    waits = new SecretWaits({ cache, standing: rights });
    looks = 0;
    state = 'old';
    failure = undefined;
    holds = true;
    during = undefined;
  });

  afterEach(() => {
    const left = [cache.waiting.size, rights.held.size, waits.size, vi.getTimerCount()];
    vi.useRealTimers();
    if (left.some((count) => count > 0)) throw new Error(`left behind: ${left.join(', ')}`);
  });

  const end = (why: TermsEnd): void => {
    reason ??= why;
    over.abort();
  };

  function wait(seconds: number, watched: readonly Watched[] = [whole(db)]) {
    const stillHolds = () => Promise.resolve(holds);
    const term = { signal: over.signal, reason: () => reason, stillHolds };
    const ctx = callContext();
    const find = async () => {
      looks += 1;
      const found = state;
      await during;
      if (failure) throw failure;
      return found;
    };
    const isSame = (found: string) => found === 'old';
    const read = waits.during(ctx, { seconds, term }, (one) =>
      one.through(ctx, { watched, find, isSame }),
    );
    const settled = { value: undefined as string | undefined, error: undefined as unknown };
    const done = read.then(
      (value) => void (settled.value = value),
      (error: unknown) => void (settled.error = error),
    );
    return { settled, done };
  }

  const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('is answered at once where there is something new', async () => {
    state = 'new';
    const { settled, done } = wait(300);
    await done;
    expect([settled.value, looks]).toEqual(['new', 1]);
  });

  it('is answered at the change, and looks at nothing before', async () => {
    const { settled, done } = wait(300);
    await passes(60_000);
    expect([settled.value, looks]).toEqual([undefined, 1]);
    state = 'new';
    cache.change('db');
    await done;
    expect([settled.value, looks]).toEqual(['new', 2]);
  });

  it('goes on where a change was none of what it has', async () => {
    const { settled, done } = wait(300);
    await passes(1);
    cache.change('db');
    await passes(1);
    expect([settled.value, looks]).toEqual([undefined, 2]);
    end('client');
    await done;
  });

  it('misses no change that comes while it looks', async () => {
    const { settled, done } = wait(300);
    // The look has begun and found the old state.
    cache.change('db');
    state = 'new';
    await done;
    expect([settled.value, looks]).toEqual(['new', 2]);
  });

  it('is answered as it was when its time is up, after a last look', async () => {
    const { settled, done } = wait(2);
    await passes(1_999);
    expect([settled.value, looks]).toEqual([undefined, 1]);
    await passes(1);
    await done;
    expect([settled.value, looks]).toEqual(['old', 2]);
  });

  it('of several Secrets is answered when any of them changes', async () => {
    const { settled, done } = wait(300, [whole(db), whole(mail)]);
    await passes(1);
    state = 'new';
    cache.change('mail');
    await done;
    expect(settled.value).toBe('new');
  });

  it.each([
    ['is followed not at all', { isFollowed: false }],
    ['is not followed just now', { isLive: false }],
  ])('looks again and again where its namespace %s', async (_title, follows) => {
    Object.assign(cache, follows);
    const { settled, done } = wait(300);
    await passes(limits.waitPollMs);
    expect([settled.value, looks]).toEqual([undefined, 2]);
    state = 'new';
    await passes(limits.waitPollMs);
    await done;
    expect([settled.value, looks]).toEqual(['new', 3]);
  });

  it('ends with what a later look throws', async () => {
    const { settled, done } = wait(300);
    await passes(1);
    failure = new Error('not found');
    cache.change('db');
    await done;
    expect(settled.error).toBe(failure);
  });

  it.each([
    ['credential', { code: 'Unauthenticated', status: 401 }],
    ['leaving', { code: 'Unavailable', status: 503, headers: { 'retry-after': '1' } }],
    ['client', { code: 'Unavailable' }],
  ] as const)('ends with what it stands on, without another look: %s', async (why, refusal) => {
    const { settled, done } = wait(300);
    await passes(1);
    end(why);
    await done;
    expect(settled.error).toMatchObject(refusal);
    expect(looks).toBe(1);
  });

  it('does not begin where it has nothing to stand on', async () => {
    end('leaving');
    const { settled, done } = wait(300);
    await done;
    expect(settled.error).toMatchObject({ code: 'Unavailable' });
    expect(looks).toBe(0);
  });

  it.each([
    ['something new', () => void (state = 'new')],
    ['that it is gone', () => void (failure = new Error('not found'))],
  ])('tells nobody whose credential was just revoked: %s', async (_title, happens) => {
    const { settled, done } = wait(300);
    await passes(1);
    holds = false;
    happens();
    cache.change('db');
    await done;
    expect(settled.value).toBeUndefined();
    expect(settled.error).toMatchObject({ code: 'Unauthenticated', status: 401 });
  });

  it('looks at once when the right has gone, and is answered as that look is', async () => {
    const { settled, done } = wait(300);
    await passes(1);
    failure = new Error('forbidden');
    rights.take('secrets');
    await done;
    expect(settled.error).toBe(failure);
  });

  it('goes on under another right that does as well, and ends with that', async () => {
    const { settled, done } = wait(300, [{ ref: db, rights: readKeyRights(db, 'password') }]);
    await passes(1);
    rights.take('secrets');
    await passes(1);
    expect([settled.error, looks]).toEqual([undefined, 2]);
    failure = new Error('forbidden');
    rights.take('secretkeys');
    await done;
    expect([settled.error, looks]).toEqual([failure, 3]);
  });

  it('holds its rights anew where a look passes though they were said to be gone', async () => {
    const { settled, done } = wait(300);
    await passes(1);
    rights.take('secrets');
    await passes(1);
    expect(looks).toBe(2);
    failure = new Error('forbidden');
    rights.take('secrets');
    await done;
    expect(settled.error).toBe(failure);
  });

  it('is refused where all that one user waits for is too much', async () => {
    const rightsOf = (count: number): Watched['rights'] => {
      const [first, ...others] = Array.from({ length: count }, () => secretRight('get', db));
      if (first === undefined) throw new Error('one at least');
      return [first, ...others];
    };
    const most = { ref: db, rights: rightsOf(limits.waitRightsPerUserMax - 1) };
    const { done: first } = wait(300, [most]);
    const { settled, done } = wait(300, [whole(db), whole(mail)]);
    await done;
    expect(settled.error).toMatchObject({ code: 'TooManyRequests' });
    const { settled: fits, done: last } = wait(300);
    await passes(1);
    expect(fits.error).toBeUndefined();
    end('client');
    await Promise.all([first, last]);
  });

  it('looks with so many others at a time where all are woken, and misses nothing', async () => {
    const count = 2 * limits.waitLooksAtOnceMax;
    const all = Array.from({ length: count }, () => wait(300));
    await vi.waitFor(() => expect(looks).toBe(count));
    await passes(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    during = promise;
    state = 'new';
    cache.change('db');
    await passes(1);
    expect(looks).toBe(count + limits.waitLooksAtOnceMax);
    resolve();
    await Promise.all(all.map(({ done }) => done));
    expect(new Set(all.map(({ settled }) => settled.value))).toEqual(new Set(['new']));
  });

  it('is refused where one user waits too often already', async () => {
    const all = Array.from({ length: limits.waitsPerUserMax }, () => wait(300).done);
    const { settled, done } = wait(300);
    await done;
    expect(settled.error).toMatchObject({
      ...{ code: 'TooManyRequests', message: 'too many waits at once' },
    });
    end('client');
    await Promise.all(all);
  });
});
