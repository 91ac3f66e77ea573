import { expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import { OutboundFault } from '../../../../src/platform/outbound/domain/outbound-fault.js';
import {
  afterWrite,
  bodyIfJson,
  bodyOf,
  faultOfStatus,
} from '../../../../src/sync/stores/store-answer.js';

const answer = (
  status: number,
  body: string | undefined,
  headers: Readonly<Record<string, string>> = {},
) => ({ status, headers, body: body === undefined ? undefined : Buffer.from(body) });

it.each([
  ['no JSON', '<html>c4n4ry</html>'],
  ['a list', '["c4n4ry"]'],
  ['a number', '12'],
  ['nothing', ''],
  ['more than is read', undefined],
])('has no use for an answer that is %s, and does not quote it', (_what, body) => {
  expect(bodyIfJson(answer(200, body))).toBeUndefined();
  expect(() => bodyOf(answer(200, body))).toThrow(
    /^the answer of the store is (no object of JSON|too long)$/,
  );
});

it.each([
  ['many members', `[${'0,'.repeat(syncLimits.answerMembersMax)}0]`],
  ['many levels', `{"a":${'['.repeat(70)}${']'.repeat(70)}}`],
  ['many bytes', undefined],
])('is a problem of one secret if a read of the secret has %s', (_what, body) => {
  const reading = (status: number) => () => bodyOf(answer(status, body));
  expect(reading(200)).toThrow(expect.objectContaining({ reason: 'NotReadable' }));
  expect(reading(404)).toThrow(expect.objectContaining({ reason: 'TargetFailed' }));
});

it.each([
  [401, 'StoreDenied'],
  [403, 'StoreDenied'],
  [429, 'StoreBusy'],
  [503, 'StoreBusy'],
  [413, 'StoreRefused'],
  [400, 'StoreRefused'],
  [404, 'TargetFailed'],
  [500, 'TargetFailed'],
  [302, 'TargetFailed'],
])('status %i is %s, and nothing of the answer is quoted', (status, reason) => {
  const fault = faultOfStatus(answer(status, '{"error":"c4n4ry"}'));
  expect(fault.reason).toBe(reason);
  expect(fault.message).not.toContain('c4n4ry');
});

it.each([
  ['2', 2_000],
  ['999999999', 3_600_000],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['-1', undefined],
  [undefined, undefined],
])('a pause of %s is %s ms', (pause, retryAfterMs) => {
  const headers = pause === undefined ? {} : { 'retry-after': pause };
  expect(faultOfStatus(answer(429, '{}', headers)).retryAfterMs).toBe(retryAfterMs);
});

it.each([
  new RemoteFault('StoreDenied', 'no'),
  new OutboundFault('HostNotAllowed', 'no'),
  new OutboundFault('TargetTimeout', 'no'),
])('a failure after a write may have changed something: %s', async (error) => {
  const { reason } = error;
  const failed = afterWrite(Promise.reject(error));
  await expect(failed).rejects.toMatchObject({ reason, mayHaveChanged: true });
});

it('a defect after a write stays what it is', async () => {
  await expect(afterWrite(Promise.reject(new TypeError('a defect')))).rejects.toThrow(TypeError);
  expect(await afterWrite(Promise.resolve('done'))).toBe('done');
});
