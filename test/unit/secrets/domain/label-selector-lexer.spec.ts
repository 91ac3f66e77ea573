import { expect, test } from 'vitest';
import { lexLabelSelector } from '../../../../src/secrets/domain/label-selector-lexer.js';

test('prefers the longer symbol and separates words by white space', () => {
  const kinds = lexLabelSelector('a==b!=c, !d\tin(e)').map((token) =>
    token.kind === 'word' ? token.text : token.kind,
  );
  expect(kinds).toEqual(['a', '==', 'b', '!=', 'c', ',', '!', 'd', 'in', '(', 'e', ')', 'end']);
});
