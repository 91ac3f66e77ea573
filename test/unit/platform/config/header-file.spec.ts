import { expect, it } from 'vitest';
import { headersIn } from '../../../../src/platform/config/header-file.js';

it('reads a header field a line, names in lower case', () => {
  expect(headersIn('Authorization: Bearer a:b=\r\n\nx-tenant:pay\n')).toEqual({
    authorization: 'Bearer a:b=',
    'x-tenant': 'pay',
  });
});

it.each([
  ['nothing', ' \n'],
  ['a bare token', 'hunter2'],
  ['an empty value', 'authorization:'],
  ['a name with a space', 'authorization : Bearer x'],
  ['a value with a control character', 'authorization: Bearer\u0000x'],
  ['a value beyond ASCII', 'authorization: Bearer ü'],
  ['a name twice', 'a: 1\nA: 2'],
  ['a field that a request has of itself', 'Content-Length: 1'],
  ['far too much', `a: ${'x'.repeat(16 * 1024)}`],
])('takes no text with %s', (_what, text) => {
  expect(headersIn(text)).toBeUndefined();
});
