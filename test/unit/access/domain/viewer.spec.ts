import { expect, it } from 'vitest';
import { toViewer } from '../../../../src/access/domain/viewer.js';
import { Principal } from '../../../../src/core/principal.js';

it('shows a principal as whom he is, and by which credential', () => {
  const identity = {
    username: 'alice',
    groups: ['devs'],
    kind: 'oidc',
    credentialId: 'c',
  } as const;
  expect(toViewer(Principal.forUser({ ...identity, uid: 'u', expiresAtMs: 0 }))).toEqual({
    username: 'alice',
    uid: 'u',
    groups: ['devs', 'system:authenticated'],
    kind: 'oidc',
    credentialId: 'c',
    expiresAt: '1970-01-01T00:00:00.000Z',
    scope: null,
  });
  expect(toViewer(Principal.forUser(identity))).toMatchObject({ uid: null, expiresAt: null });
});
