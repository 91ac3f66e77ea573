import { describe, expect, it } from 'vitest';
import {
  accountOf,
  accountProblem,
  authorAnnotations,
  authorOf as authorOfSpec,
  type StampingSince,
  isServiceAccount,
} from '../../../../src/custom-resources/domain/author.js';
import type { PolicyRow } from '../../../../src/rotation/domain/rotation.store.js';
import type { ParsedPolicy } from '../../../../src/rotation/domain/rotation-policy.js';
import { aKnownPolicy } from '../../rotation/policy.builder.js';

const createdMs = Date.UTC(2026, 0, 1);
const stamped = { username: 'alice', uid: 'u-1', groups: ['team,a', '"b"'], extra: {} };
const remembered = { username: 'bob', uid: 'u-2', groups: [], extra: { scopes: ['x'] } };
const stamp = {
  [authorAnnotations.username]: stamped.username,
  [authorAnnotations.uid]: stamped.uid,
  [authorAnnotations.groups]: JSON.stringify(stamped.groups),
};

function policyOf(annotations: Readonly<Record<string, string>>) {
  return aKnownPolicy(undefined, { annotations, createdMs });
}

function authorOf(
  { policy, specHash }: Pick<ParsedPolicy, 'policy' | 'specHash'>,
  since: StampingSince,
  recorded: PolicyRow | undefined,
) {
  return authorOfSpec({ object: policy, specHash, recorded }, since);
}

function rowOf(change: Partial<PolicyRow> = {}): PolicyRow {
  return {
    policyUid: 'uid-of-policy',
    specHash: policyOf({}).specHash,
    author: remembered,
    scheduleHash: null,
    nextRunMs: null,
    lastDueMs: null,
    ...change,
  };
}

describe('a stamp', () => {
  it('counts on what was made after admission began to stamp', () => {
    expect(authorOf(policyOf(stamp), createdMs - 1_000, undefined)).toEqual(stamped);
    expect(authorOf(policyOf(stamp), 0, undefined)).toEqual(stamped);
  });

  it.each([
    ['where nobody stamps', undefined],
    ['on what was made in the same second', createdMs],
    ['on what is older', createdMs + 1_000],
  ])('counts for nothing %s', (_where, since) => {
    expect(authorOf(policyOf(stamp), since, undefined)).toBeUndefined();
    expect(authorOf(policyOf(stamp), since, rowOf())).toEqual(remembered);
  });

  it('goes before what the database knows: somebody wrote the same spec later', () => {
    expect(authorOf(policyOf(stamp), 0, rowOf())).toEqual(stamped);
  });

  it('says nothing of a time that cannot be told', () => {
    const known = aKnownPolicy(undefined, { annotations: stamp, createdMs: NaN });
    expect(authorOf(known, 0, undefined)).toBeUndefined();
  });

  it.each([
    ['no name', { ...stamp, [authorAnnotations.username]: '' }],
    ['no groups as a list', { ...stamp, [authorAnnotations.groups]: '"system:masters"' }],
    ['groups that are no text', { ...stamp, [authorAnnotations.groups]: '[1]' }],
    ['groups that are no JSON', { ...stamp, [authorAnnotations.groups]: 'a,b' }],
    ['empty groups', { ...stamp, [authorAnnotations.groups]: '' }],
    ['groups alone', { [authorAnnotations.groups]: '["system:masters"]' }],
  ])('with %s is none', (_what, annotations) => {
    expect(authorOf(policyOf(annotations), 0, undefined)).toBeUndefined();
  });

  it('without groups and uid is of somebody who has none', () => {
    const annotations = { [authorAnnotations.username]: 'alice' };
    const nobodyElse = { username: 'alice', uid: '', groups: [], extra: {} };
    expect(authorOf(policyOf(annotations), 0, undefined)).toEqual(nobodyElse);
  });
});

describe('what the database knows', () => {
  it('counts for the very spec that was written through the gateway', () => {
    expect(authorOf(policyOf({}), undefined, rowOf())).toEqual(remembered);
    expect(authorOf(policyOf({}), 0, rowOf())).toEqual(remembered);
  });

  it.each<[string, PolicyRow | undefined]>([
    ['no row', undefined],
    ['no author', rowOf({ author: null })],
    ['no spec', rowOf({ specHash: null })],
    ['another spec', rowOf({ specHash: aKnownPolicy({ generate: [] }).specHash })],
    ['a spec that was adopted since', rowOf({ specHash: 'other' })],
  ])('is nobody with %s', (_what, row) => {
    expect(authorOf(policyOf({}), 0, row)).toBeUndefined();
  });
});

describe('an author who is a ServiceAccount', () => {
  const username = 'system:serviceaccount:pay:app';
  const nameless = {
    ...stamp,
    [authorAnnotations.username]: username,
    [authorAnnotations.uid]: '',
  };
  const verified = { ...remembered, username };

  it('has the uid that the gateway verified, where admission was told none', () => {
    const known = policyOf(nameless);
    const author = authorOf(known, 0, rowOf({ author: verified }));
    expect(author).toMatchObject({ username, uid: 'u-2', groups: stamped.groups });
  });

  it.each<[string, Partial<PolicyRow>]>([
    ['of another spec', { author: verified, specHash: 'another' }],
    ['of somebody else', { author: remembered }],
  ])('has none by what is known %s', (_whose, row) => {
    expect(authorOf(policyOf(nameless), 0, rowOf(row))).toMatchObject({ username, uid: '' });
  });

  it('is none of the users, whose uids are not looked up', () => {
    const known = policyOf({ ...stamp, [authorAnnotations.uid]: '' });
    const author = authorOf(known, 0, rowOf({ author: { ...remembered, username: 'alice' } }));
    expect(author).toMatchObject({ username: 'alice', uid: '' });
    expect(isServiceAccount({ username: 'alice' })).toBe(false);
    expect(isServiceAccount({ username })).toBe(true);
  });

  it.each([
    [username, { namespace: 'pay', name: 'app' }],
    ['system:serviceaccount:pay:a.b', { namespace: 'pay', name: 'a.b' }],
    ['system:serviceaccount:pay', undefined],
    ['system:serviceaccount::app', undefined],
    ['system:serviceaccount:pay:', undefined],
    ['system:serviceaccount:pay:app:more', undefined],
    ['alice', undefined],
  ])('%s is %o', (of, account) => {
    expect(accountOf({ username: of })).toEqual(account);
  });

  it.each([
    ['is there', 'u-2', 'u-2', undefined],
    ['is gone', 'u-2', undefined, ['AuthorGone', 'app, author of the spec, is gone; change adopt']],
    ['is another', 'u-2', 'u-3', ['AuthorGone', 'app, author of the spec, was made anew since;']],
    ['has no uid', '', 'u-2', ['AuthorUnknown', 'app, is not known: write the spec over']],
    ['has no uid, and is gone', '', undefined, ['AuthorUnknown', 'over REST or GraphQL']],
  ])('%s', (_, uid, live, expected) => {
    const problem = accountProblem({ ...verified, uid }, live);
    expect(problem?.reason).toBe(expected?.[0]);
    if (expected?.[1] !== undefined) expect(problem?.message).toContain(expected[1]);
  });
});
