import { describe, expect, it } from 'vitest';
import {
  faultOf,
  stateIn,
  versionAfter,
} from '../../../../../src/sync/stores/webhook/webhook-answer.js';

const name = 'k8s/pay/db';
const owner = 'v1/cluster/ns/sync';
const mark = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const answer = (status: number, body?: object | string) => ({
  ...{ status, headers: {} },
  body: Buffer.from(typeof body === 'object' ? JSON.stringify(body) : (body ?? '')),
});
const secret = { name, version: 'a-1', owner, values: { password: base64('c4n4ry') } };

/** The failure that some answer to a read means; its message quotes no value. */
function reasonOf(status: number, body?: object | string): unknown {
  try {
    stateIn(answer(status, body), name);
  } catch (error) {
    expect(String(error)).not.toContain('c4n4ry');
    return (error as { readonly reason?: unknown }).reason;
  }
  return undefined;
}

describe('the answer to a read', () => {
  it('is a secret with its version, values, owner and time', () => {
    const changedAt = '2026-12-02T08:00:00.123Z';
    const state = stateIn(answer(200, { ...secret, changedAt }), name);
    expect(state).toMatchObject({ kind: 'present', version: 'a-1', mark, changedAt });
    const values = state.kind === 'present' ? state.values : new Map();
    expect(values.get('password')?.revealText()).toBe('c4n4ry');
  });

  it('may have no owner and no time, and bytes that are no text', () => {
    const values = { binary: Buffer.from([0xff, 0]).toString('base64'), empty: '' };
    const state = stateIn(answer(200, { ...secret, owner: null, values, changedAt: null }), name);
    expect(state).toMatchObject({ mark: undefined, changedAt: undefined });
    const read = state.kind === 'present' ? state.values : new Map();
    expect(read.get('binary')?.reveal()).toEqual(Buffer.from([0xff, 0]));
    expect(read.get('empty')?.reveal()).toHaveLength(0);
  });

  it('may have members of a later version of the contract', () => {
    expect(stateIn(answer(200, { ...secret, etag: '"1"' }), name).kind).toBe('present');
  });

  it('names an owner that the gateway does not know as one of somebody else', () => {
    const state = stateIn(answer(200, { ...secret, owner: 'v2/other' }), name);
    expect(state).toMatchObject({ mark: 'unreadable' });
  });

  it('is an absence with one body alone', () => {
    expect(stateIn(answer(404, { absent: true }), name)).toEqual({ kind: 'absent' });
  });

  it('is a deleted secret with its version and owner', () => {
    const deleted = { name, deleted: true, version: 'b-2', owner };
    expect(stateIn(answer(410, deleted), name)).toEqual({ kind: 'deleted', version: 'b-2', mark });
  });

  it.each<[string, number, (object | string)?]>([
    ['the 404 of another server', 404, '<html>c4n4ry'],
    ['a 404 without a body', 404],
    ['an absence that is a text', 404, { absent: 'true' }],
    ['an absence with another member', 404, { absent: true, message: 'c4n4ry' }],
    ['a list with an absence', 404, '[{"absent":true}]'],
    ['an absence with another status', 200, { absent: true }],
    ['a 410 of another server', 410, 'Gone'],
    ['a 410 of another name', 410, { name: 'k8s/shop/db', deleted: true, version: '1', owner }],
    ['a 410 that does not say deleted', 410, { name, version: '1', owner }],
    ['no JSON', 200, 'c4n4ry'],
    ['a list', 200, [secret]],
    ['no body', 200],
    ["another name's secret", 200, { ...secret, name: 'k8s/shop/db' }],
    ['a secret without a name', 200, { ...secret, name: undefined }],
    ['no version', 200, { ...secret, version: undefined }],
    ['an empty version', 200, { ...secret, version: '' }],
    ['a version that is a number', 200, { ...secret, version: 1 }],
    ['a version that changes a query', 200, { ...secret, version: '1&x=2' }],
    ['a version that is too long', 200, { ...secret, version: 'a'.repeat(129) }],
    ['no values', 200, { ...secret, values: undefined }],
    ['values in a list', 200, { ...secret, values: [base64('c4n4ry')] }],
    ['no owner', 200, { ...secret, owner: undefined }],
    ['an owner that is an object', 200, { ...secret, owner: { uid: 'c4n4ry' } }],
    ['a time that is none', 200, { ...secret, changedAt: 'c4n4ry' }],
    ['a key that is there twice', 200, JSON.stringify(secret).replace('{', '{"name":"x",')],
    ['a redirect', 307, { absent: true }],
    ['an error of a proxy', 502, '<html>c4n4ry'],
  ])('is a failure of the store for %s', (_what, status, body) => {
    expect(reasonOf(status, body)).toBe('TargetFailed');
  });

  it('is not readable if it is too long, and is a failure of the store without a secret', () => {
    const tooLong = { status: 200, headers: {}, body: undefined };
    expect(() => stateIn(tooLong, name)).toThrow(
      expect.objectContaining({ reason: 'NotReadable' }),
    );
    expect(() => stateIn({ ...tooLong, status: 404 }, name)).toThrow(
      expect.objectContaining({ reason: 'TargetFailed' }),
    );
  });

  it.each([['c4n4ry!'], ['YQ'], ['YQ==='], [12], [null], [{ text: 'c4n4ry' }]])(
    'is not readable with the value %j, which is no base64',
    (value) => {
      expect(reasonOf(200, { ...secret, values: { password: value } })).toBe('NotReadable');
    },
  );

  it.each([
    [400, 'StoreRefused'],
    [401, 'StoreDenied'],
    [403, 'StoreDenied'],
    [413, 'StoreRefused'],
    [429, 'StoreBusy'],
    [503, 'StoreBusy'],
    [500, 'TargetFailed'],
  ])('with status %i is a reason of its own', (status, reason) => {
    expect(reasonOf(status, 'c4n4ry')).toBe(reason);
  });
});

describe('the answer to a write', () => {
  it('is the new version', () => {
    expect(versionAfter(answer(200, { name, version: '2' }), name, '1')).toBe('2');
    expect(versionAfter(answer(200, { name, version: '1' }), name, null)).toBe('1');
  });

  it.each<[string, object]>([
    ['the version of before', { name, version: '1' }],
    ['no version', { name }],
    ["another name's version", { name: 'k8s/shop/db', version: '2' }],
  ])('with %s is a failure, after which the store may have the values', (_what, body) => {
    expect(() => versionAfter(answer(200, body), name, '1')).toThrow(
      expect.objectContaining({ reason: 'TargetFailed', mayHaveChanged: true }),
    );
  });

  it('says with one body alone that another state is there', () => {
    expect(faultOf(answer(409, { changed: true }))).toMatchObject({
      reason: 'StoreChanged',
      mayHaveChanged: false,
    });
    for (const body of ['Conflict', { changed: false }, { changed: true, by: 'c4n4ry' }, {}]) {
      expect(faultOf(answer(409, body))).toMatchObject({
        reason: 'TargetFailed',
        mayHaveChanged: true,
      });
    }
  });
});
