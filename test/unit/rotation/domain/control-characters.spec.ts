import { describe, expect, it } from 'vitest';
import { hasControlCharacter } from '../../../../src/rotation/domain/control-characters.js';

describe('a control character', () => {
  it('is each of C0, DEL and C1, and nothing else', () => {
    for (let code = 0; code <= 0x2_ff; code += 1) {
      const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
      const text = `a${String.fromCharCode(code)}b`;
      expect(hasControlCharacter(text), code.toString(16)).toBe(isControl);
    }
    expect(hasControlCharacter('')).toBe(false);
  });
});
