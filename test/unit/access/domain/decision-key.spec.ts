import { expect, it } from 'vitest';
import { type Identity, decisionKey } from '../../../../src/access/domain/decision-key.js';

const alice: Identity = { username: 'alice', uid: '1', groups: ['a', 'b'], extra: {} };
const question = { verb: 'get', group: '', resource: 'secrets', namespace: 'pay', name: 'db' };

const identities: readonly Identity[] = [
  alice,
  { ...alice, username: 'alic' },
  { ...alice, username: 'alice1', uid: '' },
  { ...alice, uid: '2' },
  { ...alice, groups: [] },
  { ...alice, groups: ['a'] },
  { ...alice, groups: ['b', 'a'] },
  { ...alice, groups: ['ab'] },
  { ...alice, groups: ['a,b'] },
  { ...alice, groups: ['a1:b'] },
  { ...alice, groups: ['a', 'b', ''] },
  { ...alice, extra: { 'x.io/k': [] } },
  { ...alice, extra: { 'x.io/k': ['a', 'b'] } },
  { ...alice, extra: { 'x.io/k': ['b', 'a'] } },
  { ...alice, extra: { 'x.io/k': ['ab'] } },
  { ...alice, extra: { 'x.io/k': ['a'], b: [] } },
  { ...alice, extra: { 'x.io/k': ['a'], 'x.io/l': ['b'] } },
  { ...alice, extra: { 'x.io/k': ['b'], 'x.io/l': ['a'] } },
];
const questions = [
  question,
  { ...question, verb: 'list' },
  { ...question, group: 'sallyport.dev' },
  { ...question, resource: 'secretkeys' },
  { ...question, subresource: 'x' },
  { ...question, subresource: 'pay', namespace: '' },
  { ...question, namespace: '' },
  { ...question, namespace: 'other' },
  { ...question, namespace: 'pay2', name: 'b' },
  { ...question, namespace: 'pa', name: 'ydb' },
  { ...question, name: '' },
  { ...question, name: 'db/password' },
  { ...question, verb: 'gets', group: 'ecrets', resource: '' },
];

it('differs with every part of identity and question, however they join', () => {
  const keys = identities.flatMap((identity) =>
    questions.map((request) => decisionKey(identity, request)),
  );
  expect(new Set(keys).size).toBe(identities.length * questions.length);
});

it('is the same for the same question about the same identity, made anew', () => {
  const extra = { 'x.io/b': ['1'], 'x.io/a': ['2', '3'] };
  const reordered = { 'x.io/a': ['2', '3'], 'x.io/b': ['1'] };
  expect(decisionKey({ ...alice, extra }, question)).toBe(
    decisionKey({ ...alice, extra: reordered }, { ...question, subresource: '' }),
  );
});

it('stays short for an identity as large as they come', () => {
  const groups = Array.from({ length: 256 }, (_, index) => `${index}`.padEnd(256, 'g'));
  expect(decisionKey({ ...alice, groups }, question).length).toBeLessThan(200);
});
