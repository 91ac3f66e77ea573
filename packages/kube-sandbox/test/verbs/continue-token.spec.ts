import { describe, expect, it } from 'vitest';
import { encodeContinue, parseContinue } from '../../src/verbs/continue-token.js';

describe('a continue token', () => {
  it.each(['', 'pay'])('comes back as it was made, in namespace "%s"', (namespace) => {
    const token = { revision: 7, after: namespace === '' ? 'pay/x' : 'pay/x' };
    expect(parseContinue(encodeContinue(token, namespace), namespace)).toEqual(token);
  });

  it('may stand for the latest state', () => {
    const token = { revision: undefined, after: 'pay/x' };
    expect(parseContinue(encodeContinue(token, 'pay'), 'pay')).toEqual(token);
  });

  it.each(['abc', 'eyJ2IjoieCJ9', Buffer.from('null').toString('base64url')])(
    'is refused without being quoted: %s',
    (text) => {
      expect(() => parseContinue(text, '')).toThrow(/^invalid continue token: /);
    },
  );
});
