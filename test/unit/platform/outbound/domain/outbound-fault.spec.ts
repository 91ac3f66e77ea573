import { expect, it } from 'vitest';
import { OutboundFault } from '../../../../../src/platform/outbound/domain/outbound-fault.js';

it.each([
  ['HostNotAllowed', false],
  ['TlsFailed', false],
  ['TargetUnreachable', true],
  ['TargetTimeout', true],
  ['TargetFailed', true],
] as const)('%s: the peer may have acted: %s', (reason, mayHaveChanged) => {
  expect(new OutboundFault(reason, 'the target failed')).toMatchObject({ reason, mayHaveChanged });
});
