import { expect, test } from 'vitest';
import { toVersionView } from '../../../../src/versions/domain/version-view.js';

const row = {
  ...{ version: 2, aliases: ['current'], secretUid: 's', resourceVersion: '9' },
  state: 'live',
  ...{ type: 'Opaque', immutable: false, labels: { l: 'v' }, isGap: true, isRetired: false },
  keys: [{ name: 'a', sizeBytes: 3, version: 1, mac: 'bWFj' }],
  attribution: { door: 'rest', username: 'u', kind: 'oidc', credentialId: 'c', reason: 'why' },
  createdMs: 0,
  endedMs: undefined,
  // Whatever a row has besides.
  fingerprint: Uint8Array.of(1),
  payload: { keyId: 'k', wrappedKey: Uint8Array.of(1), ciphertext: Uint8Array.of(1) },
} as const;

test('shows what is listed here, and no other part of a row', () => {
  expect(toVersionView(row)).toEqual({
    ...{ version: 2, state: 'live', aliases: ['current'], createdAt: '1970-01-01T00:00:00.000Z' },
    createdBy: { username: 'u', kind: 'oidc', credentialId: 'c' },
    ...{ door: 'rest', reason: 'why', auditId: null, fieldManager: null },
    ...{ onBehalfOf: null, restoredFrom: null },
    ...{ type: 'Opaque', immutable: false, labels: { l: 'v' }, gap: true, retired: false },
    keys: [{ name: 'a', sizeBytes: 3, version: 1 }],
    endedAt: null,
  });
});

test('of a change behind the back of the gateway knows the field manager alone', () => {
  const attribution = { door: 'external', fieldManager: 'kubectl-edit' } as const;
  expect(toVersionView({ ...row, attribution, endedMs: 1 })).toMatchObject({
    ...{ createdBy: null, door: 'external', fieldManager: 'kubectl-edit' },
    endedAt: '1970-01-01T00:00:00.001Z',
  });
});
