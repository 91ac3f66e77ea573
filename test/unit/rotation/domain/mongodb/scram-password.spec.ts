import { describe, expect, it } from 'vitest';
import { isScramPassword } from '../../../../../src/rotation/domain/mongodb/scram-password.js';

describe('a password of SCRAM', () => {
  it.each([`'"\\%$@:/#? `, '-x', 'ü€'])('may be %j', (text) => {
    expect(isScramPassword(text)).toBe(true);
  });

  it.each(['', 'line\n', 'nul\0', 'del\u007f', 'tab\t'])('is never %j', (text) => {
    expect(isScramPassword(text)).toBe(false);
  });
});
