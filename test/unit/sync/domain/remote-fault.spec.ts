import { expect, it } from 'vitest';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';

it.each([
  ['StoreDenied', false],
  ['StoreBusy', false],
  ['StoreChanged', false],
  ['StoreRefused', false],
  ['NotReadable', false],
  ['HostNotAllowed', false],
  ['TargetTimeout', true],
  ['TargetUnreachable', true],
  ['TargetFailed', true],
] as const)('%s: the store may have written: %s', (reason, mayHaveChanged) => {
  expect(new RemoteFault(reason, 'the store failed')).toMatchObject({ reason, mayHaveChanged });
});

it('has the pause that a store demands', () => {
  const fault = new RemoteFault('StoreBusy', 'later', { retryAfterMs: 2_000 });
  expect(fault.retryAfterMs).toBe(2_000);
});
