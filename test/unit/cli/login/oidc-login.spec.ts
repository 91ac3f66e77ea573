import { expect, it } from 'vitest';
import { oidcOf } from '../../../../src/cli/login/oidc-login.js';
import { CommandCall } from '../../../../src/cli/program/command-call.js';
import { TestTerminal } from '../../../support/cli-terminal.js';

const call = (options: object) =>
  new CommandCall({
    terminal: new TestTerminal({ homeFolder: '/' }),
    args: [],
    options: { ...options },
    connect: () => Promise.reject(new Error('not here')),
  });
const known = {
  ...{ issuer: 'https://login', clientId: 'cli', token: 'access' as const },
  ...{ scopes: ['email'], resource: 'https://gateway' },
};

it.each([
  ['nothing', {}, undefined, undefined],
  ['the context', {}, known, known],
  [
    'the options',
    { issuer: 'https://a', clientId: 'b' },
    undefined,
    { issuer: 'https://a', clientId: 'b' },
  ],
  ['both', { clientId: 'b', scope: ['x'] }, known, { ...known, clientId: 'b', scopes: ['x'] }],
  ['the context, with the ID token again', { token: 'id' }, known, { ...known, token: 'id' }],
  [
    'another issuer, without the settings of the first one',
    { issuer: 'https://a', clientId: 'b' },
    known,
    { issuer: 'https://a', clientId: 'b' },
  ],
])('the issuer is that of %s', (_what, options, ofContext, expected) => {
  expect(oidcOf(call(options), ofContext)).toEqual(expected);
});

it.each([
  [{ issuer: 'https://a' }, '--issuer needs --client-id'],
  [{ clientId: 'b' }, '--client-id needs --issuer'],
  [{ device: true }, '--device needs --issuer'],
])('%j is refused', (options, message) => {
  expect(() => oidcOf(call(options), undefined)).toThrow(message);
});
