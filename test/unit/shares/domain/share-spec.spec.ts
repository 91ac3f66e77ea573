import { expect, it } from 'vitest';
import { shareSpecOf } from '../../../../src/shares/domain/share-spec.js';
import { aShare } from './sharing.builder.js';

it('a spec has the defaults of the definition', () => {
  expect(aShare().spec).toEqual({
    secretName: 'db',
    keys: ['password'],
    to: [{ namespace: 'shop', revoked: false }],
    delivery: ['live'],
    reshare: false,
    onRecreate: 'stop',
    onRevoke: 'none',
    revoked: false,
  });
});

it('the hash of a spec does not depend on defaults that are written', () => {
  expect(aShare({ reshare: false, delivery: ['live'] }).specHash).toBe(aShare().specHash);
  expect(aShare({ keys: ['user'] }).specHash).not.toBe(aShare().specHash);
});

it.each([
  ['no keys', { keys: [] }, '/keys'],
  ['a key twice', { keys: ['a', 'a'] }, '/keys: names the same twice'],
  ['a namespace twice', { to: [{ namespace: 'a' }, { namespace: 'a' }] }, '/to: names'],
  ['seventeen keys', { keys: Array.from({ length: 17 }, (_, at) => `k${at}`) }, '/keys'],
  ['an unknown member', { selector: {} }, '/: Unrecognized key: "selector"'],
  ['a time that is none', { expiresAt: 'tomorrow' }, '/expiresAt'],
])('a spec with %s has a problem and no effect', (_what, change, problem) => {
  const share = aShare(change);
  expect(share.spec).toBeUndefined();
  expect(share.problem).toContain(problem);
});

it('a body that was read loses what a write ignores', () => {
  const { spec } = aShare();
  if (spec === undefined) throw new Error('the spec is valid');
  expect(shareSpecOf({ ...spec, state: 'Active', consumers: [] })).toEqual(spec);
});
