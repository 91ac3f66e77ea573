import { describe, expect, it } from 'vitest';
import {
  faultOf,
  identityIn,
  isAbsent,
  readSecretOf,
  secretOf,
} from '../../../../../src/sync/stores/kubernetes/secret-answer.js';

const place = { namespace: 'pay', name: 'db' };
const answer = (status: number, body: object | string) => ({
  ...{ status, headers: {} },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const status = (code: number, reason: string, details: object = {}) =>
  answer(code, {
    ...{ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'c4n4ry' },
    ...{ code, reason, details },
  });
const metadata = {
  ...{ namespace: 'pay', name: 'db', uid: 'uid-1', resourceVersion: '7' },
  creationTimestamp: '2026-01-01T00:00:00Z',
};
const secret = { kind: 'Secret', apiVersion: 'v1', metadata, type: 'Opaque' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const cause = (field: string, reason: string) => ({ causes: [{ field, reason }] });

it.each([
  [status(409, 'Conflict'), 'StoreChanged'],
  [status(409, 'AlreadyExists'), 'StoreChanged'],
  [answer(409, '{}'), 'TargetFailed'],
  [status(404, 'NotFound', { kind: 'secrets', name: 'db' }), 'StoreChanged'],
  [status(404, 'NotFound', { kind: 'namespaces', name: 'pay' }), 'StoreRefused'],
  [status(404, 'NotFound'), 'TargetFailed'],
  [answer(404, '404 page c4n4ry not found'), 'TargetFailed'],
  [status(422, 'Invalid', cause('metadata.uid', 'FieldValueInvalid')), 'StoreChanged'],
  [status(422, 'Invalid', cause('data', 'FieldValueForbidden')), 'StoreRefused'],
  [status(422, 'Invalid', cause('data[tls.crt]', 'FieldValueRequired')), 'StoreRefused'],
  [status(422, 'Invalid'), 'StoreRefused'],
  [answer(422, '{}'), 'TargetFailed'],
  [status(401, 'Unauthorized'), 'StoreDenied'],
  [status(403, 'Forbidden'), 'StoreDenied'],
  [status(400, 'BadRequest'), 'StoreRefused'],
  [status(413, 'RequestEntityTooLarge'), 'StoreRefused'],
  [status(429, 'TooManyRequests'), 'StoreBusy'],
  [status(503, 'ServiceUnavailable'), 'StoreBusy'],
  [status(500, 'InternalError'), 'TargetFailed'],
  [status(504, 'Timeout'), 'TargetFailed'],
  [answer(302, ''), 'TargetFailed'],
])('an answer of case %# is a reason of its own, and nothing is quoted', (given, reason) => {
  const fault = faultOf(given);
  expect(fault.reason).toBe(reason);
  expect(fault.message).not.toContain('c4n4ry');
});

it('names an immutable Secret', () => {
  const immutable = faultOf(status(422, 'Invalid', cause('data', 'FieldValueForbidden')));
  expect(immutable.message).toBe('the Secret of the other cluster is immutable');
});

it('takes the word of the API server about this Secret alone for an absence', () => {
  const details = { kind: 'secrets', name: 'db' };
  expect(isAbsent(status(404, 'NotFound', details), place)).toBe(true);
  expect(isAbsent(status(404, 'NotFound', { ...details, name: 'other' }), place)).toBe(false);
  expect(isAbsent(status(404, 'NotFound', { ...details, group: 'example.com' }), place)).toBe(
    false,
  );
  expect(isAbsent(status(404, 'NotFound', { kind: 'namespaces', name: 'db' }), place)).toBe(false);
  expect(isAbsent(status(404, 'NotFound'), place)).toBe(false);
  expect(isAbsent(status(403, 'NotFound', details), place)).toBe(false);
  expect(isAbsent(answer(404, { reason: 'NotFound', details }), place)).toBe(false);
  expect(isAbsent(answer(404, 'no such page'), place)).toBe(false);
});

describe('a Secret of an answer', () => {
  it('has bytes, the mark, an identity of two parts, and the time of its last write', () => {
    const managedFields = [
      { manager: 'kubectl', time: '2026-03-01T00:00:00Z' },
      { manager: 'other', time: '2026-02-01T00:00:00Z' },
      { manager: 'odd', time: 'zzz' },
    ];
    const annotations = { 'sallyport.dev/owner': 'v1/cluster/ns/sync' };
    const body = {
      ...secret,
      metadata: { ...metadata, managedFields, annotations },
      data: { bytes: Buffer.from([0xff, 0x00]).toString('base64'), empty: '' },
    };
    const found = readSecretOf(answer(200, body), place);
    expect([...found.values].map(([key, value]) => [key, [...value.reveal()]])).toEqual([
      ['bytes', [0xff, 0x00]],
      ['empty', []],
    ]);
    expect(found.mark).toEqual({ clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' });
    expect(found.changedAt).toBe('2026-03-01T00:00:00Z');
    expect(identityIn(found.version)).toEqual({ uid: 'uid-1', resourceVersion: '7' });
  });

  it('may have no data, no mark and no managers', () => {
    for (const data of [undefined, {}, null]) {
      const found = readSecretOf(answer(201, { ...secret, data }), place);
      expect(found).toMatchObject({ mark: undefined, changedAt: metadata.creationTimestamp });
      expect(found.values.size).toBe(0);
    }
  });

  it('has a mark of somebody else if it cannot be read', () => {
    for (const mark of ['', 'v2/other', 7]) {
      const marked = { ...metadata, annotations: { 'sallyport.dev/owner': mark } };
      const found = readSecretOf(answer(200, { ...secret, metadata: marked }), place);
      expect(found.mark).toBe('unreadable');
    }
  });

  it.each([
    ['another kind', { ...secret, kind: 'ConfigMap' }],
    ['another version', { ...secret, apiVersion: 'v2' }],
    ['another name', { ...secret, metadata: { ...metadata, name: 'other' } }],
    ['another namespace', { ...secret, metadata: { ...metadata, namespace: 'shop' } }],
    ['no uid', { ...secret, metadata: { ...metadata, uid: '' } }],
    ['no resourceVersion', { ...secret, metadata: { ...metadata, resourceVersion: 7 } }],
    ['data that is a list', { ...secret, data: [] }],
    ['a value that is no base64', { ...secret, data: { key: 'c4n4ry!' } }],
    ['a value that is a number', { ...secret, data: { key: 12 } }],
    ['a list of Secrets', { kind: 'SecretList', apiVersion: 'v1', items: [secret] }],
    ['HTML', '<html>c4n4ry'],
  ])('is not %s', (_what, body) => {
    expect(() => secretOf(answer(200, body), place)).toThrow(
      expect.objectContaining({
        reason: 'TargetFailed',
        message: expect.not.stringContaining('c4n4ry'),
      }),
    );
  });

  const claims = Buffer.from(JSON.stringify({ sub: 'system:serviceaccount:pay:x' }));
  const jwt = `e30.${claims.toString('base64url')}.c4n4ry`;
  it.each([
    ['a token of a ServiceAccount', { ...secret, type: 'kubernetes.io/service-account-token' }],
    ['a bootstrap token', { ...secret, type: 'bootstrap.kubernetes.io/token' }],
    ['such a token in another type', { ...secret, data: { any: base64(jwt) } }],
  ])('is not read if it is %s', (_what, body) => {
    expect(() => readSecretOf(answer(200, body), place)).toThrow(
      expect.objectContaining({ reason: 'ClusterCredential', mayHaveChanged: false }),
    );
  });
});
