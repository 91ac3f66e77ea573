import { expect, it } from 'vitest';
import {
  TargetFault,
  type TargetFaultReason,
} from '../../../../src/rotation/domain/target-fault.js';

it.each<[TargetFaultReason, boolean]>([
  ['HostNotAllowed', false],
  ['TargetUnreachable', true],
  ['TargetTimeout', true],
  ['TlsFailed', false],
  ['AdminRefused', false],
  ['UserUnknown', false],
  ['UserPrivileged', false],
  ['PasswordRejected', false],
  ['Unsupported', false],
  ['NotPropagated', true],
  ['TargetFailed', true],
])('after %s a change may have taken effect: %s', (reason, mayHaveChanged) => {
  expect(new TargetFault(reason, 'a sentence')).toMatchObject({ reason, mayHaveChanged });
});
