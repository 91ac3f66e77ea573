import fc from 'fast-check';
import { expect, it } from 'vitest';
import { associatedData } from '../../../../src/encryption/domain/associated-data.js';

it('puts the length of each item in front of it', () => {
  expect(associatedData(['ab', '', 7]).toString('hex')).toBe(
    '00000002' + '6162' + '00000000' + '00000001' + '37',
  );
  expect(associatedData(['ß']).toString('hex')).toBe('00000002' + 'c39f');
});

it('is different for every two lists that are different', () => {
  const list = fc.array(fc.string({ unit: fc.constantFrom('a', '\0', '\u0001') }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(list, list, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      expect(associatedData(one).equals(associatedData(other))).toBe(isSame);
    }),
  );
});
