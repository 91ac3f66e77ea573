import { expect, it } from 'vitest';
import { faultOf, hasCode, timeOf } from '../../../../../src/sync/stores/aws/aws-answer.js';
import { bodyOf } from '../../../../../src/sync/stores/store-answer.js';

const answer = (
  status: number,
  body: string | undefined,
  headers: Readonly<Record<string, string>> = {},
) => ({ status, headers, body: body === undefined ? undefined : Buffer.from(body) });
const json = (code: string) => JSON.stringify({ __type: code, message: 'c4n4ry' });
const xml = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>c4n4ry</Message></Error></ErrorResponse>`;

it.each([
  [400, json('AccessDeniedException'), 'StoreDenied'],
  [400, json('UnrecognizedClientException'), 'StoreDenied'],
  [400, json('com.amazon.coral.service#ExpiredTokenException'), 'StoreDenied'],
  [400, json('InvalidSignatureException'), 'StoreDenied'],
  [403, xml('AccessDenied'), 'StoreDenied'],
  [403, xml('SignatureDoesNotMatch'), 'StoreDenied'],
  [403, '<html>c4n4ry</html>', 'StoreDenied'],
  [401, undefined, 'StoreDenied'],
  [400, json('ThrottlingException'), 'StoreBusy'],
  [400, json('TooManyUpdates'), 'StoreBusy'],
  [400, xml('Throttling'), 'StoreBusy'],
  [429, '', 'StoreBusy'],
  [503, '<html>c4n4ry</html>', 'StoreBusy'],
  [413, '', 'StoreRefused'],
  [400, json('InvalidParameterException'), 'StoreRefused'],
  [400, json('ValidationException'), 'StoreRefused'],
  [400, '<html>c4n4ry</html>', 'TargetFailed'],
  [400, '["c4n4ry"]', 'TargetFailed'],
  [400, undefined, 'TargetFailed'],
  [404, json('ResourceNotFoundException'), 'StoreRefused'],
  [404, '<html>c4n4ry</html>', 'TargetFailed'],
  [500, json('InternalServiceError'), 'TargetFailed'],
  [302, '', 'TargetFailed'],
])('status %i with %s is %s', (status, body, reason) => {
  const fault = faultOf(answer(status, body));
  expect(fault.reason).toBe(reason);
  expect(fault.message).not.toContain('c4n4ry');
});

it.each([
  [400, json('ResourceNotFoundException'), true],
  [400, json('com.amazonaws.secretsmanager#ResourceNotFoundException'), true],
  [400, xml('ResourceNotFoundException'), false],
  [400, json('ResourceNotFoundException: c4n4ry'), false],
  [400, 'ResourceNotFoundException', false],
  [403, json('ResourceNotFoundException'), false],
  [404, json('ResourceNotFoundException'), true],
  [404, xml('ResourceNotFoundException'), false],
  [404, '<html>c4n4ry</html>', false],
  [500, json('ResourceNotFoundException'), false],
])('status %i with %s says that nothing is there: %s', (status, body, isAbsence) => {
  const fault = faultOf(answer(status, body));
  expect(hasCode(fault, 'ParameterNotFound', 'ResourceNotFoundException')).toBe(isAbsence);
});

it('has the pause that AWS demands', () => {
  expect(faultOf(answer(429, '', { 'retry-after': '2' })).retryAfterMs).toBe(2_000);
  expect(faultOf(answer(400, json('ThrottlingException'))).retryAfterMs).toBeUndefined();
});

it.each([
  ['1523477145.713', '2018-04-11T20:05:45.713Z'],
  ['1.523477145713E9', '2018-04-11T20:05:45.713Z'],
  ['1523477145', '2018-04-11T20:05:45.000Z'],
  ['1e300', undefined],
  ['"1523477145"', undefined],
  ['null', undefined],
])('reads the time %s as %s', (text, time) => {
  expect(timeOf(bodyOf(answer(200, `{"at": ${text}}`))['at'])).toBe(time);
});
