import fc from 'fast-check';

const key = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/).filter((name) => !name.startsWith('..'));

/** Maps of valid keys to texts that lean towards what formats must escape. */
export const texts = fc.dictionary(
  key.filter((name) => name !== '.'),
  fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'\'"\\$` \n\r\t#:=!&*-?~'.split('')),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  }),
);
