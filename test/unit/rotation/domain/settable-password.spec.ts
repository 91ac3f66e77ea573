import { describe, expect, it } from 'vitest';
import { isSettablePassword } from '../../../../src/rotation/domain/settable-password.js';

describe('a password', () => {
  it.each(['plain', `'"\\%$@:/#? -\``, ' ', 'pässwörd', '密码', '𝄞'.normalize('NFKC'), '🔑'])(
    'may be set where every client sends the same: %j',
    (text) => {
      expect(isSettablePassword(text)).toBe(true);
    },
  );

  it.each([
    ...['', 'a\0b', 'a\n', '\u007F', '\u0085', 'a\u00A0b', 'a\u3000b', 'a\u200Bb', 'a\u00ADb'],
    ...['a\u200Db', 'a\u2060b', 'a\uFE0Fb', '\uFEFFa', '½', 'ａ', 'pa\u0308sswort', 'ﬁ'],
  ])('may not be set where clients differ: %j', (text) => {
    expect(isSettablePassword(text)).toBe(false);
  });
});
