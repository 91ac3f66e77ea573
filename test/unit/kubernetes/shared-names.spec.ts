import { expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { SharedNames } from '../../../src/kubernetes/shared-names.js';

it('names that many have are one list, sorted', () => {
  const shared = new SharedNames();
  const names = shared.sorted(['tls.key', 'ca.crt', 'tls.crt']);
  expect(names).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  expect(shared.sorted(['tls.crt', 'tls.key', 'ca.crt'])).toBe(names);
  expect(shared.sorted(['tls.crt'])).not.toBe(names);
});

it('long lists are kept by nobody else', () => {
  const shared = new SharedNames();
  const long = Array.from({ length: 100 }, (_, index) => `key-${index}`);
  expect(shared.sorted(long)).toEqual(long.toSorted());
  expect(shared.sorted(long)).not.toBe(shared.sorted(long));
});

it('lists that nobody has in common are bounded', () => {
  const shared = new SharedNames();
  const first = shared.sorted(['first']);
  for (let index = 0; index < limits.cacheSharedNamesMax; index += 1) {
    shared.sorted([`only-${index}`]);
  }
  expect(shared.sorted(['first'])).toEqual(first);
  expect(shared.sorted(['first'])).not.toBe(first);
});
