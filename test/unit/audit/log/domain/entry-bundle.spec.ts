import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeBundle, parseBundle } from '../../../../../src/audit/log/domain/entry-bundle.js';

it('holds entries after their lengths, the longest too', () => {
  expect(encodeBundle([Buffer.from('ab'), Buffer.alloc(0)]).toString('hex')).toBe('000261620000');
  const longest = Buffer.alloc(65_535, 7);
  expect(parseBundle(encodeBundle([longest]))?.[0]).toEqual(longest);
  expect(() => encodeBundle([Buffer.alloc(65_536)])).toThrow(RangeError);
});

it('gives back what was put in, and nothing where it is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1 })), (entries) => {
      const bundle = encodeBundle(entries);
      expect(parseBundle(bundle)?.map((entry) => [...entry])).toEqual(
        entries.map((entry) => [...entry]),
      );
      if (bundle.length > 0) expect(parseBundle(bundle.subarray(0, -1))).toBeUndefined();
    }),
  );
});
