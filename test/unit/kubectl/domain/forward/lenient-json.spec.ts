import { describe, expect, it } from 'vitest';
import { lenientJson } from '../../../../../src/kubectl/domain/forward/lenient-json.js';

describe('what is only looked at', () => {
  it('is what JSON says', () => {
    expect(lenientJson(Buffer.from('{"a":[1]}'))).toEqual({ a: [1] });
  });

  it.each([undefined, Buffer.alloc(0), Buffer.from('{'), Buffer.from('a: b')])(
    'is nothing where it is none: %s',
    (bytes) => {
      expect(lenientJson(bytes)).toBeUndefined();
    },
  );
});
