import { describe, expect, it } from 'vitest';
import { writtenState } from '../../../../../src/secrets/domain/forward/written-state.js';

const metadata = { namespace: 'pay', name: 'db', uid: 'u', resourceVersion: '7' };
const body = (document: unknown) => Buffer.from(JSON.stringify(document));

describe('the state that the answer to a write shows', () => {
  it('is that of the Secret in it', () => {
    const secret = { kind: 'Secret', metadata, type: 'kubernetes.io/tls', data: {} };
    expect(writtenState(body(secret))).toEqual({ ...metadata, type: 'kubernetes.io/tls' });
  });

  it.each([
    ['a Status', body({ kind: 'Status', metadata: {} })],
    ['a Secret without a version', body({ kind: 'Secret', metadata: { name: 'db' } })],
    ['no JSON', Buffer.from('{')],
    ['null', Buffer.from('null')],
  ])('is none in %s', (_title, bytes) => {
    expect(writtenState(bytes)).toBeUndefined();
  });
});
