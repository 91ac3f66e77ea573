import { expect, it } from 'vitest';
import { CommandFailure } from '../../../../src/cli/exit-code.js';
import { issuerFailure, refusalOf } from '../../../../src/cli/login/issuer-failure.js';

const withCause = (message: string, cause: unknown) => new Error(message, { cause });
const unreachable = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
const late = Object.assign(new Error('late'), { name: 'TimeoutError' });
const refusal = (error: string, text?: string) =>
  Object.assign(new Error('x'), { error, ...(text !== undefined && { error_description: text }) });

it.each([
  [refusal('access_denied'), 3, 'the login was denied at the issuer'],
  [refusal('invalid_grant', 'used'), 3, 'the issuer does not accept the login any more (used)'],
  [refusal('odd', '\u001B[2J'), 3, 'the issuer has refused the login: odd (�[2J)'],
  [unreachable, 6, 'the issuer cannot be reached: ECONNREFUSED'],
  [new TypeError('fetch failed'), 6, 'the issuer cannot be reached: the connection failed'],
  [late, 6, 'the issuer cannot be reached: it did not respond in time'],
  [
    withCause('general', new Error('wrong iss')),
    1,
    'the response of the issuer cannot be used: wrong iss',
  ],
])('%s', (error, exitCode, message) => {
  expect(issuerFailure(error)).toMatchObject({ exitCode, message });
});

it('is a failure that was found below', () => {
  const found = new CommandFailure('too long', 1);
  expect(issuerFailure(found)).toBe(found);
  expect(issuerFailure(withCause('general', found))).toBe(found);
});

it('cuts long texts', () => {
  expect(issuerFailure(refusal('x'.repeat(9_999), 'y'.repeat(9_999))).message.length).toBeLessThan(
    500,
  );
});

it('names the refusal of an issuer', () => {
  expect(refusalOf(refusal('invalid_grant'))).toBe('invalid_grant');
  expect([refusalOf(new Error('x')), refusalOf(undefined)]).toEqual([undefined, undefined]);
});
