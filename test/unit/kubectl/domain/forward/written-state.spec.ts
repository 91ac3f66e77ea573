import { describe, expect, it } from 'vitest';
import { writtenState } from '../../../../../src/kubectl/domain/forward/written-state.js';

const metadata = { namespace: 'pay', name: 'db', uid: 'u', resourceVersion: '7' };

describe('the state that the answer to a write shows', () => {
  it('is that of the Secret in it', () => {
    const secret = { kind: 'Secret', metadata, type: 'kubernetes.io/tls', data: {} };
    expect(writtenState(secret)).toEqual({ ...metadata, type: 'kubernetes.io/tls' });
  });

  it.each([
    ['a Status', { kind: 'Status', metadata: {} }],
    ['a Secret without a version', { kind: 'Secret', metadata: { name: 'db' } }],
    ['nothing that could be read', undefined],
    ['null', null],
  ])('is none in %s', (_title, document) => {
    expect(writtenState(document)).toBeUndefined();
  });
});
