import { expect, it } from 'vitest';
import { errorsOf, faultOf, isMismatch } from '../../../../../src/sync/stores/openbao/kv-answer.js';

const answer = (status: number, body: string | undefined) => ({
  status,
  headers: {},
  body: body === undefined ? undefined : Buffer.from(body),
});

it('lists errors that are texts', () => {
  expect(errorsOf(answer(400, '{"errors": ["one", 2, {"a": 1}]}'))).toEqual(['one']);
  expect(errorsOf(answer(400, '{}'))).toEqual([]);
});

const mismatch = '{"errors":["check-and-set parameter did not match the current version"]}';
it.each([
  [400, 'check-and-set parameter did not match the current version', true],
  [400, 'metadata check-and-set parameter does not match the current version', true],
  [400, 'custom_metadata validation failed: payload must contain at most 64 keys', false],
  [500, 'check-and-set parameter did not match the current version', false],
])('status %i with "%s" is another state: %s', (status, error, isOther) => {
  expect(isMismatch(answer(status, JSON.stringify({ errors: [error] })))).toBe(isOther);
});

it.each([
  [401, '{}', 'StoreDenied'],
  [403, '{}', 'StoreDenied'],
  [429, '{}', 'StoreBusy'],
  [503, '{}', 'StoreBusy'],
  [413, undefined, 'StoreRefused'],
  [400, mismatch, 'StoreChanged'],
  [400, '{"errors":["c4n4ry"]}', 'StoreRefused'],
  [500, '{"errors":["c4n4ry"]}', 'TargetFailed'],
  [302, '', 'TargetFailed'],
])('status %i with %s is %s', (status, body, reason) => {
  const fault = faultOf(answer(status, body));
  expect(fault.reason).toBe(reason);
  expect(fault.message).not.toContain('c4n4ry');
});
