import { describe, expect, it } from 'vitest';
import {
  isLoginRefused,
  meaningOf,
} from '../../../../../src/rotation/domain/postgres/sql-state.js';

describe('an answer to a login', () => {
  it('refuses the user only by a wrong password or an unknown user', () => {
    expect(['28P01', '28000'].map(isLoginRefused)).toEqual([true, true]);
    const others = ['3D000', '42501', '53300', '57P03', 'XX000', undefined];
    expect(others.map(isLoginRefused)).toEqual(others.map(() => false));
  });
});

describe('an error of the server', () => {
  it.each([
    ['42501', 'AdminRefused'],
    ['25006', 'Unsupported'],
    ['57P03', 'TargetUnreachable'],
    ['57014', 'TargetTimeout'],
    ['42704', 'UserUnknown'],
    ['XX000', 'TargetFailed'],
  ])('%s means %s', (state, reason) => {
    expect(meaningOf(state).reason).toBe(reason);
  });

  it('is shown by its code alone, and only where it is one', () => {
    expect(meaningOf('XX000').text).toBe('failed with SQLSTATE XX000');
    expect(meaningOf('secret words').text).toBe('failed with no SQLSTATE');
  });
});
