import { describe, expect, it } from 'vitest';
import type { NeededRight } from '../../../../../src/custom-resources/domain/author-rights.js';
import type { KnownAuthor } from '../../../../../src/custom-resources/domain/author.js';
import { authorQuestions } from '../../../../../src/shares/copies/domain/author-questions.js';
import { rightsToTarget } from '../../../../../src/shares/domain/target-rights.js';

const alice: KnownAuthor = { username: 'alice', uid: '', groups: ['dev'], extra: {} };
const account: KnownAuthor = {
  username: 'system:serviceaccount:ci:deployer',
  uid: 'uid-of-deployer',
  groups: [],
  extra: {},
};

const toTarget = (secretName: string): readonly NeededRight[] =>
  rightsToTarget({ target: { secretName, type: 'Opaque' } });
const keysOf = (author: KnownAuthor, namespace = 'shop', secretName = 'a') =>
  authorQuestions(author, namespace, toTarget(secretName)).map(({ key }) => key);

describe('questions about an author', () => {
  it('are about each right to all names, in the namespace of the object', () => {
    expect(authorQuestions(alice, 'shop', toTarget('web-db'))).toMatchObject([
      {
        kind: 'right',
        namespace: 'shop',
        author: alice,
        right: { verb: 'create', resource: 'secrets' },
      },
      { kind: 'right', right: { verb: 'patch' } },
    ]);
    const [question] = authorQuestions(alice, 'shop', toTarget('web-db'));
    expect(JSON.stringify(question)).not.toContain('web-db');
  });

  it('are also about the account of a ServiceAccount, in its own namespace', () => {
    const [first, ...others] = authorQuestions(account, 'shop', toTarget('web-db'));
    const named = { namespace: 'ci', name: 'deployer', uid: 'uid-of-deployer' };
    expect(first).toMatchObject({ kind: 'account', ...named });
    expect(others.map(({ kind, namespace }) => [kind, namespace])).toEqual([
      ['right', 'shop'],
      ['right', 'shop'],
    ]);
  });

  it('are none if no right is needed', () => {
    expect(authorQuestions(account, 'shop', [])).toEqual([]);
  });

  it('are the same for all objects of an author in a namespace', () => {
    expect(keysOf(account, 'shop', 'a')).toEqual(keysOf({ ...account }, 'shop', 'b'));
    const [ofAccount, ...ofRights] = keysOf(account, 'shop');
    const [ofAccountThere, ...ofRightsThere] = keysOf(account, 'web');
    expect(ofAccountThere).toBe(ofAccount);
    expect(ofRightsThere).not.toEqual(ofRights);
  });

  it.each([
    ['name', { username: 'bob' }],
    ['uid', { uid: 'another' }],
    ['groups', { groups: ['dev,ops'] }],
    ['number of groups', { groups: ['dev', 'ops'] }],
    ['extra fields', { extra: { 'example.org/team': ['a'] } }],
  ])('are others for an author with another %s', (_, change) => {
    const keys = new Set([...keysOf(alice), ...keysOf({ ...alice, ...change })]);
    expect(keys.size).toBe(4);
  });
});
