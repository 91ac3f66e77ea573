import { describe, expect, it } from 'vitest';
import {
  isLoginRefused,
  meaningOf,
} from '../../../../../src/rotation/domain/mysql/server-error.js';

describe('an answer to a login', () => {
  it('refuses the user by a wrong password, a lock or an expired password', () => {
    const refusing = [1045, 1698, 3118, 4151, 1820, 1862];
    expect(refusing.filter((code) => !isLoginRefused(code))).toEqual([]);
    const others = [1040, 1044, 1129, 1130, 1226, 2013, undefined];
    expect(others.filter(isLoginRefused)).toEqual([]);
  });
});

describe('an error of the server', () => {
  it.each([
    [1044, 'AdminRefused'],
    [1227, 'AdminRefused'],
    [1819, 'PasswordRejected'],
    [3638, 'PasswordRejected'],
    [1290, 'Unsupported'],
    [1133, 'UserUnknown'],
    [1040, 'TargetFailed'],
    [1053, 'TargetUnreachable'],
    [1205, 'TargetTimeout'],
    [1064, 'TargetFailed'],
  ])('%d means %s', (code, reason) => {
    expect(meaningOf(code).reason).toBe(reason);
  });

  it('is shown by its number alone', () => {
    expect(meaningOf(1064).text).toBe('failed with error 1064');
  });
});
