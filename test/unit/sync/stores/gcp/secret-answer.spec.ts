import { expect, it } from 'vitest';
import {
  faultOf,
  isNotFound,
  payloadIn,
  secretOf,
  versionOf,
} from '../../../../../src/sync/stores/gcp/secret-answer.js';

const answer = (status: number, body: object | string) => ({
  ...{ status, headers: {} },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const failed = (status: number, text: string) =>
  answer(status, { error: { code: status, status: text, message: 'c4n4ry' } });
const name = 'projects/1/secrets/db/versions/7';

it.each([
  [failed(404, 'NOT_FOUND'), 'StoreChanged'],
  [failed(404, 'UNIMPLEMENTED'), 'TargetFailed'],
  [answer(404, '<html>c4n4ry'), 'TargetFailed'],
  [failed(400, 'FAILED_PRECONDITION'), 'StoreChanged'],
  [failed(400, 'INVALID_ARGUMENT'), 'StoreRefused'],
  [failed(409, 'ALREADY_EXISTS'), 'StoreChanged'],
  [failed(409, 'ABORTED'), 'TargetFailed'],
  [failed(403, 'PERMISSION_DENIED'), 'StoreDenied'],
  [failed(401, 'UNAUTHENTICATED'), 'StoreDenied'],
  [failed(429, 'RESOURCE_EXHAUSTED'), 'StoreBusy'],
  [failed(500, 'NOT_FOUND'), 'TargetFailed'],
])('an answer of case %# is a reason of its own, and nothing is quoted', (given, reason) => {
  const fault = faultOf(given);
  expect(fault.reason).toBe(reason);
  expect(fault.message).not.toContain('c4n4ry');
});

it('takes the word of the store alone for an absence', () => {
  expect(isNotFound(failed(404, 'NOT_FOUND'))).toBe(true);
  expect(isNotFound(answer(404, '{}'))).toBe(false);
  expect(isNotFound(failed(400, 'NOT_FOUND'))).toBe(false);
});

it('reads a payload with its checksum, or without one', () => {
  const data = Buffer.from('123456789').toString('base64');
  const whole = answer(200, { name, payload: { data, dataCrc32c: '3808858755' } });
  expect(payloadIn(whole)).toEqual({ number: 7, payload: Buffer.from('123456789') });
  expect(payloadIn(answer(200, { name, payload: {} })).payload).toHaveLength(0);
});

it.each([
  ['another checksum', { name, payload: { data: 'AAAA', dataCrc32c: '1' } }],
  ['no base64', { name, payload: { data: 'c4n4ry!' } }],
  ['a payload that is no text', { name, payload: { data: 12 } }],
  ['a name without a number', { name: 'projects/1/secrets/db/versions/latest', payload: {} }],
  ['a number that is too long', { name: `${name}0000000000000000`, payload: {} }],
  ['no name', { payload: {} }],
])('takes an answer with %s for no payload', (_what, body) => {
  expect(() => payloadIn(answer(200, body))).toThrow(
    expect.objectContaining({ reason: 'TargetFailed' }),
  );
});

it('reads a secret and a version', () => {
  const annotations = { 'sallyport-owner': 'v1/cluster/ns/sync', team: 'pay' };
  expect(secretOf(answer(200, { createTime: 't', etag: '"1"', annotations }))).toEqual({
    ...{ createdAt: 't', etag: '"1"', annotations },
    mark: { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' },
  });
  const version = answer(200, { name, state: 'DISABLED', etag: '"2"' });
  expect(versionOf(version)).toEqual({ number: 7, isEnabled: false, etag: '"2"' });
});

it.each([{}, { createTime: 't' }, { etag: '"1"' }])('takes %j for no secret', (body) => {
  expect(() => secretOf(answer(200, body))).toThrow('does not answer as GCP Secret Manager');
});

it.each([{ name }, { name, state: 1 }, { state: 'ENABLED' }])('takes %j for no version', (body) => {
  expect(() => versionOf(answer(200, body))).toThrow('does not answer as GCP Secret Manager');
});
