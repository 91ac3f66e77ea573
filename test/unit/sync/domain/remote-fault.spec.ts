import { expect, it } from 'vitest';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';

it.each([
  ['StoreDenied', false],
  ['StoreBusy', true],
  ['StoreChanged', false],
  ['StoreRefused', false],
  ['NotReadable', false],
  ['ClusterCredential', false],
  ['HostNotAllowed', false],
  ['TargetTimeout', true],
  ['TargetUnreachable', true],
  ['TargetFailed', true],
] as const)('%s: the store may have written: %s', (reason, mayHaveChanged) => {
  expect(new RemoteFault(reason, 'the store failed')).toMatchObject({ reason, mayHaveChanged });
});

it('may have written, if it came after a part of the request', () => {
  const fault = new RemoteFault('StoreDenied', 'no right', { retryAfterMs: 5 }).afterWrite();
  expect(fault).toMatchObject({ reason: 'StoreDenied', mayHaveChanged: true, retryAfterMs: 5 });
});

it('has the pause that a store demands', () => {
  const fault = new RemoteFault('StoreBusy', 'later', { retryAfterMs: 2_000 });
  expect(fault.retryAfterMs).toBe(2_000);
});
