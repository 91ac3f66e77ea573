import { expect, it } from 'vitest';
import {
  type RedirectRequest,
  answerTo,
  isLast,
  pageOf,
} from '../../../../src/cli/login/redirect-answer.js';

const request: RedirectRequest = {
  ...{ method: 'GET', url: '/callback?state=s&code=c', host: '127.0.0.1:4000' },
  ...{ redirectUri: 'http://127.0.0.1:4000/callback', state: 's', startPath: '/start' },
  ...{ hasStarted: false, hasEnded: false },
};

it.each([
  ['the response of the issuer', {}, 'accepted'],
  ['a refusal of the issuer', { url: '/callback?state=s&error=e' }, 'refused'],
  ['another state', { url: '/callback?state=x&code=c' }, 'wrong state'],
  ['two states', { url: '/callback?state=s&state=x&code=c' }, 'wrong state'],
  ['no state', { url: '/callback?code=c' }, 'wrong state'],
  [
    'an empty state before the login has one',
    { state: '', url: '/callback?state=' },
    'wrong state',
  ],
  ['the browser that was opened', { url: '/start' }, 'start'],
  ['a second one', { url: '/start', hasStarted: true }, 'started twice'],
  ['a start before there is one', { url: '/start', startPath: undefined }, 'not found'],
  ['an icon', { url: '/favicon.ico' }, 'not found'],
  ['a URL of another host', { url: 'http://evil.test/callback?state=s' }, 'not found'],
  ['what is no URL', { url: '//' }, 'not found'],
  ['another host', { host: 'evil.test:4000' }, 'not allowed'],
  ['another port', { host: '127.0.0.1:4001' }, 'not allowed'],
  ['no host', { host: undefined }, 'not allowed'],
  ['a form', { method: 'POST' }, 'not allowed'],
  ['a second response', { hasEnded: true }, 'over'],
] as const)('%s', (_what, change, expected) => {
  expect(answerTo({ ...request, ...change })).toBe(expected);
});

it('has pages without a part of the request, and ends with one response', () => {
  expect(pageOf('accepted').text).toContain('You can close this window');
  expect(pageOf('accepted').headers['content-security-policy']).toContain("default-src 'none'");
  expect(
    ['accepted', 'refused', 'wrong state', 'started twice'].every((one) => isLast(one as never)),
  ).toBe(true);
  expect(isLast('start') || isLast('not found') || isLast('not allowed')).toBe(false);
});
