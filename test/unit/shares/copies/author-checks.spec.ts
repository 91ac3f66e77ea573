import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import type { KnownAuthor } from '../../../../src/custom-resources/domain/author.js';
import { AuthorChecks, type AuthoredObject } from '../../../../src/shares/copies/author-checks.js';
import { authorQuestions } from '../../../../src/shares/copies/domain/author-questions.js';
import { rightsToTarget } from '../../../../src/shares/domain/target-rights.js';

const { authorAccountsCheckedMs, authorRightsCheckedMs, authorAccountsAtOnceMax } = shareLimits;
const { authorRightsUnwatchedMs } = shareLimits;

/** Answers of the cluster, and what it was asked. */
let accounts: Map<string, string | undefined>;
let refused: Set<string>;
let asked: string[];
let failure: Error | undefined;
let isLive: boolean;
let doubted: string[];
let faults: unknown[];
let checks: AuthorChecks;

beforeEach(() => {
  vi.useFakeTimers();
  accounts = new Map();
  refused = new Set();
  [asked, doubted, faults] = [[], [], []];
  failure = undefined;
  isLive = true;
  checks = new AuthorChecks({
    rights: {
      uidOf: async ({ namespace, name }) => {
        asked.push(`account ${namespace}/${name}`);
        if (failure !== undefined) throw failure;
        const place = `${namespace}/${name}`;
        return accounts.has(place) ? accounts.get(place) : 'u1';
      },
      isAllowedForAll: async ({ username }, namespace, { verb }) => {
        const question = `${username.split(':').at(-1)} ${verb} ${namespace}`;
        asked.push(question);
        if (failure !== undefined) throw failure;
        return !refused.has(question);
      },
    },
    rbac: { isLive: () => isLive },
    onDoubt: ({ uid }) => doubted.push(uid),
    onFault: (error) => faults.push(error),
  });
  checks.open();
});
afterEach(async () => {
  await checks.close();
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

const user = (username: string): KnownAuthor => ({ username, uid: '', groups: [], extra: {} });
const account = (name: string): KnownAuthor => ({
  ...user(`system:serviceaccount:ci:${name}`),
  uid: 'u1',
});
const rights = rightsToTarget({ target: { secretName: 'a', type: 'Opaque' } });

function set(uid: string, author: KnownAuthor, rest: Partial<AuthoredObject> = {}): void {
  const object = { uid, namespace: 'shop', name: uid, kind: 'import', isSettled: true, ...rest };
  checks.set(object as AuthoredObject, authorQuestions(author, object.namespace, rights));
}

const passed = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Returns what the cluster was asked since the last call. */
function taken(): readonly string[] {
  const all = asked.toSorted();
  asked = [];
  return all;
}

describe('objects of one author', () => {
  it('share their questions, however many they are', async () => {
    for (let index = 0; index < 1_000; index += 1) set(`u${index}`, account('deployer'));
    await passed(0);
    expect(taken()).toEqual(['account ci/deployer', 'deployer create shop', 'deployer patch shop']);
    expect([checks.size, checks.covers('u0'), checks.covers('u999')]).toEqual([3, true, true]);
    await passed(authorRightsCheckedMs);
    const again = Map.groupBy(taken(), (question) => question);
    const counts = [...again.values()].map(({ length }) => length);
    expect(counts).toEqual([authorRightsCheckedMs / authorAccountsCheckedMs, 1, 1]);
  });

  it('are all doubted within ten seconds after its account is deleted or recreated', async () => {
    for (let index = 0; index < 1_000; index += 1) set(`u${index}`, account('deployer'));
    set('other', account('other'));
    await passed(0);
    for (const uid of [undefined, 'another']) {
      accounts.set('ci/deployer', uid);
      await passed(authorAccountsCheckedMs);
      expect(new Set(doubted).size).toBe(1_000);
      expect([checks.covers('u7'), checks.covers('other')]).toEqual([false, true]);
      // Once: a look that fails is repeated by its queue.
      doubted = [];
      await passed(authorAccountsCheckedMs);
      expect(doubted).toEqual([]);
      accounts.delete('ci/deployer');
      await passed(authorAccountsCheckedMs);
      expect(checks.covers('u7')).toBe(true);
    }
  });

  it('are all doubted when RBAC takes a right away, also in some namespaces alone', async () => {
    set('a', user('alice'));
    set('b', user('alice'));
    set('elsewhere', user('alice'), { namespace: 'web' });
    set('bob', user('bob'));
    await passed(0);
    refused.add('alice patch shop');
    checks.recheck(new Set(['web']));
    await passed(0);
    expect(doubted).toEqual([]);
    checks.recheck(new Set(['shop']));
    await passed(0);
    expect(doubted).toEqual(['a', 'b']);
    refused.add('alice create web');
    checks.recheck(new Set(['']));
    await passed(0);
    expect(doubted).toEqual(['a', 'b', 'elsewhere']);
    expect(checks.covers('bob')).toBe(true);
  });
});

describe('an object', () => {
  it('whose author has a right to its name alone is not covered, and not doubted', async () => {
    refused.add('alice create shop');
    set('a', user('alice'));
    await passed(authorRightsCheckedMs * 2);
    expect([checks.covers('a'), doubted]).toEqual([false, []]);
    refused.clear();
    checks.recheck(new Set(['shop']));
    await passed(0);
    expect(checks.covers('a')).toBe(true);
  });

  it('is covered only after the answers about it', async () => {
    expect(checks.covers('a')).toBe(false);
    set('a', account('deployer'));
    expect(checks.covers('a')).toBe(false);
    await passed(0);
    expect(checks.covers('a')).toBe(true);
    // Another author.
    set('a', user('alice'));
    expect(checks.covers('a')).toBe(false);
    await passed(0);
    expect(checks.covers('a')).toBe(true);
    expect(checks.size).toBe(2);
    checks.forget('a');
    expect([checks.covers('a'), checks.size]).toEqual([false, 0]);
    taken();
    await passed(authorRightsCheckedMs);
    expect(taken()).toEqual([]);
  });

  it('with a problem is doubted as well, and is never covered', async () => {
    set('a', account('deployer'), { isSettled: false });
    await passed(0);
    expect(checks.covers('a')).toBe(false);
    accounts.set('ci/deployer', undefined);
    await passed(authorAccountsCheckedMs);
    expect(doubted).toEqual(['a']);
    // Its look has not found out why it should end.
    set('a', account('deployer'), { isSettled: false });
    await passed(authorAccountsCheckedMs);
    expect(doubted).toEqual(['a']);
  });

  it('that was found with its account is asked about after an answer that it is gone', async () => {
    accounts.set('ci/deployer', undefined);
    set('a', account('deployer'), { isSettled: false });
    await passed(0);
    expect(doubted).toEqual(['a']);
    set('b', account('deployer'));
    await passed(0);
    expect(doubted).toEqual(['a', 'a', 'b']);
  });

  it('without a needed right is covered without a question', async () => {
    const object = { uid: 'live', namespace: 'shop', name: 'live', kind: 'import' } as const;
    checks.set({ ...object, isSettled: true }, []);
    expect([checks.covers('live'), taken()]).toEqual([true, []]);
  });
});

describe('questions without an event', () => {
  it('are limited in a second, and all are asked in their round', async () => {
    const parts = 4;
    const count = authorAccountsAtOnceMax * parts;
    for (let index = 0; index < count; index += 1) set(`u${index}`, account(`a${index}`));
    await passed(0);
    taken();
    await passed(authorAccountsCheckedMs * parts);
    const questions = taken();
    const ofAccounts = questions.filter((question) => question.startsWith('account'));
    expect([ofAccounts.length, new Set(ofAccounts).size]).toEqual([count, count]);
    const most = (authorAccountsAtOnceMax + shareLimits.authorRightsAtOnceMax) * parts;
    expect(questions.length).toBeLessThanOrEqual(most);
  });

  it('are asked more often while changes of RBAC are not watched', async () => {
    set('a', user('alice'));
    await passed(0);
    isLive = false;
    refused.add('alice patch shop');
    await passed(authorRightsUnwatchedMs);
    expect(doubted).toEqual(['a']);
  });

  it('without an answer take nothing away, and are asked again', async () => {
    set('a', account('deployer'));
    await passed(0);
    failure = unavailable('down');
    await passed(authorAccountsCheckedMs * 2);
    expect([checks.covers('a'), doubted, faults.length > 0]).toEqual([true, [], true]);
    failure = undefined;
    accounts.set('ci/deployer', undefined);
    await passed(authorAccountsCheckedMs * 2);
    expect(doubted).toEqual(['a']);
  });
});

it('remembers nothing of another term', async () => {
  set('a', account('deployer'));
  await passed(0);
  await checks.close();
  set('b', account('deployer'));
  expect([checks.size, checks.covers('a'), checks.covers('b')]).toEqual([0, false, false]);
  taken();
  checks.open();
  await passed(authorRightsCheckedMs);
  expect(taken()).toEqual([]);
});
