import { describe, expect, it } from 'vitest';
import { lineEndReasons, ofText } from '../../../../../src/schemas/domain/kinds/kind.js';

const context = { nowMs: 0, password: 'open' };

describe('a check of a text', () => {
  const reasons = ofText((text, { password }) => [`${text} ${password}`]);

  it('gets the text and the context', () => {
    expect(reasons({ bytes: Buffer.from('a'), text: 'a' }, context)).toEqual(['a open']);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(reasons({ bytes: Buffer.of(0xff), text: undefined }, context)).toEqual([
      'must be UTF-8',
    ]);
  });
});

describe('a line end', () => {
  it.each(['', 'a', 'a b', 'a\nb', ' a '])('is not at the end of %j', (text) => {
    expect(lineEndReasons(text)).toEqual([]);
  });

  it.each(['\n', 'a\n', 'a\r', 'a\r\n', 'a\n\n'])('is found at the end of %j', (text) => {
    expect(lineEndReasons(text)).toEqual(['must not end with a line end']);
  });
});
