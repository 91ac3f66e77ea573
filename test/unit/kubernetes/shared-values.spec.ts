import { expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { SharedValues } from '../../../src/kubernetes/shared-values.js';

it('what many say is kept once', () => {
  const shared = new SharedValues<readonly string[]>();
  const names = ['tls.crt', 'tls.key'];
  expect(shared.of('tls.crt\ntls.key', names)).toBe(names);
  expect(shared.of('tls.crt\ntls.key', ['tls.crt', 'tls.key'])).toBe(names);
  expect(shared.of('tls.crt', ['tls.crt'])).toEqual(['tls.crt']);
});

it('what is long is kept by nobody else', () => {
  const shared = new SharedValues<readonly string[]>();
  const long = 'x'.repeat(limits.cacheSharedCharactersMax + 1);
  const [one, other] = [[long], [long]];
  expect(shared.of(long, one)).toBe(one);
  expect(shared.of(long, other)).toBe(other);
});

it('what nobody has in common is bounded', () => {
  const shared = new SharedValues<object>();
  const [first, again] = [{}, {}];
  shared.of('first', first);
  for (let index = 0; index < limits.cacheSharedValuesMax; index += 1) {
    shared.of(`only ${index}`, {});
  }
  expect(shared.of('first', again)).toBe(again);
});
