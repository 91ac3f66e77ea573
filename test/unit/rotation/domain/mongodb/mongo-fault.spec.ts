import { describe, expect, it } from 'vitest';
import { mongoFault } from '../../../../../src/rotation/domain/mongodb/mongo-fault.js';

describe('an error code of MongoDB', () => {
  it.each([
    [18, 'AdminRefused', false],
    [13, 'AdminRefused', false],
    [11, 'UserUnknown', false],
    [50_687, 'PasswordRejected', false],
    [50_692, 'PasswordRejected', false],
    [59, 'Unsupported', false],
    [238, 'Unsupported', false],
    [10_107, 'TargetFailed', true],
    [13_435, 'TargetFailed', true],
    [1, 'TargetFailed', true],
    [51_003, 'TargetFailed', true],
  ])('%i is %s', (code, reason, mayHaveChanged) => {
    expect(mongoFault(code)).toMatchObject({ reason, mayHaveChanged });
  });
});
