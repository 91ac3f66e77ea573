import { expect, it } from 'vitest';
import { forbiddenMessage } from '../../../../src/access/domain/forbidden-message.js';

const request = { verb: 'get', group: '', resource: 'secrets', namespace: 'pay', name: 'x' };

it.each([
  [
    request,
    '',
    'secrets "x" is forbidden: User "u" cannot get resource "secrets" in API group "" in the namespace "pay"',
  ],
  [
    { ...request, verb: 'list', name: '', namespace: '' },
    'why',
    'secrets is forbidden: User "u" cannot list resource "secrets" in API group "" at the cluster scope: why',
  ],
  [
    { ...request, group: 'sallyport.dev', resource: 'secretkeys', name: 'x/password' },
    '',
    'secretkeys.sallyport.dev "x/password" is forbidden: User "u" cannot get resource "secretkeys" in API group "sallyport.dev" in the namespace "pay"',
  ],
])('words %j', (asked, reason, message) => {
  expect(forbiddenMessage('u', asked, reason)).toBe(message);
});

it('quotes names as Go does', () => {
  const message = forbiddenMessage('a"\\\u0001\u200bé日😀<&>', request, '');
  expect(message).toContain('User "a\\"\\\\\\x01\\u200bé日😀&lt;&amp;&gt;" cannot');
});
