import { describe, expect, it } from 'vitest';
import { manifestOf } from '../../../../src/secrets/domain/sealed-secrets.js';

describe('manifestOf', () => {
  it.each([
    ['{"kind":"SealedSecret"}', 'json'],
    ['\n  {"kind":"SealedSecret"}', 'json'],
    ['---\nkind: SealedSecret\n', 'yaml'],
    ['kind: SealedSecret # {', 'yaml'],
    ['', 'yaml'],
  ])('takes %j for %s', (text, syntax) => {
    expect(manifestOf(text)).toEqual({ bytes: Buffer.from(text), syntax });
  });
});
