import { describe, expect, it } from 'vitest';
import { SallyportError, type SallyportErrorCode } from '@sallyport/client';
import { UsageError } from '../../../src/cli/command.js';
import { CommandFailure, failureOf } from '../../../src/cli/exit-code.js';

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
    expect(failureOf(new CommandFailure('ended', 3, 'log in'))).toEqual({
      ...{ exitCode: 3, message: 'ended', advice: 'log in', requestId: undefined },
    });
    expect(failureOf(new Error('broken'))).toMatchObject({ exitCode: 1, message: 'broken' });
    expect(failureOf('text')).toMatchObject({ exitCode: 1, message: 'text' });
  });

  it('is printed without characters that control a terminal, or that make another line', () => {
    const clipboard = new SallyportError('Invalid', 'a\u001B]52;c;ZQ==\u0007b\nerror: forged');
    expect(failureOf(clipboard).message).toBe('a�]52;c;ZQ==�b�error: forged');
  });

  it.each(['constructor', '__proto__', 'Unheard'])('of the code %s ends with 1', (code) => {
    const error = new SallyportError(code as SallyportErrorCode, 'a sentence');
    expect(failureOf(error)).toMatchObject({ exitCode: 1, advice: undefined });
  });

  it('leads to a login, unless the login itself has failed', () => {
    const refused = new SallyportError('Unauthenticated', 'a sentence');
    const list = { words: 'list', written: {} };
    expect(failureOf(refused, list).advice).toBe('log in again: sallyport login');
    const login = { words: 'login', written: {} };
    for (const code of ['Unauthenticated', 'Unreachable', 'InvalidResponse'] as const) {
      const { advice } = failureOf(new SallyportError(code, 'a sentence'), login);
      expect([code, advice]).toEqual([code, expect.not.stringContaining('sallyport')]);
    }
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

  it('names each Secret that is missing once, without its place in the address', () => {
    const errors = ['a', 'b'].map((name, index) => {
      return { pointer: `/query/secret/${index}`, reason: `secrets "${name}" not found` };
    });
    const error = new SallyportError('NotFound', 'secrets "a" not found', { errors });
    const message = 'secrets "a" not found; secrets "b" not found';
    expect(failureOf(error)).toMatchObject({ message });
  });

  it.each([
    ['/path/name', 'name Bad_Name: not valid'],
    ['/path/namespace', 'namespace: not valid'],
    ['/query/secret/0', 'secret: not valid'],
    ['/data/name', '/data/name: not valid'],
  ])('names the refused %s as the user has written it', (pointer, message) => {
    const errors = [{ pointer, reason: 'not valid' }];
    const error = new SallyportError('Invalid', `${pointer}: not valid`, { errors });
    const command = { words: 'get', written: { name: 'Bad_Name' } };
    expect(failureOf(error, command)).toMatchObject({ message });
  });
});
