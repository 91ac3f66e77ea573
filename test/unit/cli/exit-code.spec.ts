import { describe, expect, it } from 'vitest';
import { SallyportError } from '@sallyport/client';
import { UsageError } from '../../../src/cli/command.js';
import { failureOf } from '../../../src/cli/exit-code.js';

describe('the failure of a command', () => {
  it.each([
    ['Unauthenticated', 3],
    ['Forbidden', 3],
    ['NotFound', 4],
    ['Destroyed', 4],
    ['Conflict', 5],
    ['AlreadyExists', 5],
    ['Unreachable', 6],
    ['Unavailable', 6],
    ['TooManyRequests', 6],
    ['InvalidResponse', 6],
    ['Invalid', 1],
    ['OutcomeUnknown', 1],
  ] as const)('%s ends with %i', (code, exitCode) => {
    expect(failureOf(new SallyportError(code, 'a sentence'))).toMatchObject({ exitCode });
  });

  it('of a wrong usage ends with 2, and of anything else with 1', () => {
    expect(failureOf(new UsageError('wrong'))).toMatchObject({ exitCode: 2, message: 'wrong' });
    expect(failureOf(new Error('broken'))).toMatchObject({ exitCode: 1, message: 'broken' });
    expect(failureOf('text')).toMatchObject({ exitCode: 1, message: 'text' });
  });

  it('names the places in the request that its message lacks, and the request', () => {
    const errors = [
      { pointer: '/a', reason: 'too long' },
      { pointer: '/b', reason: 'missing' },
    ];
    const error = new SallyportError('Invalid', '/a: too long', { errors, requestId: 'r-1' });
    expect(failureOf(error)).toMatchObject({
      message: '/a: too long; /b missing',
      requestId: 'r-1',
    });
  });
});
