import { expect, it } from 'vitest';
import { OutboundFault } from '../../../../src/platform/outbound/domain/outbound-fault.js';
import { AccountTokenFault } from '../../../../src/sync/domain/account-tokens.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import {
  hasAnswered,
  storeProblem,
  tokenProblem,
} from '../../../../src/sync/domain/store-problem.js';

it.each([
  ['StoreDenied', 'Authorized', true],
  ['StoreChanged', 'InSync', true],
  ['StoreRefused', 'InSync', true],
  ['NotReadable', 'InSync', true],
  ['ClusterCredential', 'InSync', true],
  ['StoreBusy', 'StoreReachable', false],
  ['TargetFailed', 'StoreReachable', false],
  ['TargetTimeout', 'StoreReachable', false],
  ['TargetUnreachable', 'StoreReachable', false],
  ['TlsFailed', 'StoreReachable', false],
  ['HostNotAllowed', 'StoreReachable', false],
] as const)('%s is a problem of %s', (reason, concerns, isAnswered) => {
  const fault = new RemoteFault(reason, 'fixed words');
  expect(storeProblem(fault)).toEqual({ concerns, reason, message: 'fixed words' });
  expect(hasAnswered(fault)).toBe(isAnswered);
});

it.each(['toString', '__proto__', 'constructor'])('a reason %s counts as no answer', (reason) => {
  const fault = new OutboundFault<string>(reason, '');
  expect(hasAnswered(fault)).toBe(false);
  expect(storeProblem(new OutboundFault<string>('Other', '')).concerns).toBe('StoreReachable');
});

it('a ServiceAccount without a token is a problem of its rights', () => {
  const fault = new AccountTokenFault('TokenForbidden', 'apply the template');
  expect(tokenProblem(fault)).toEqual({
    ...{ concerns: 'Authorized', reason: 'TokenForbidden', message: 'apply the template' },
  });
});
