import type { StoredIdentity } from '../../../../src/tokens/domain/stored-identity.js';
import type { TokenRecord } from '../../../../src/tokens/domain/token-record.js';

export const alice = {
  kind: 'user',
  username: 'alice',
  uid: 'u1',
  groups: ['dev'],
  extra: { 'example.com/tenant': ['a'] },
} as const satisfies StoredIdentity;

export const job = {
  kind: 'serviceAccount',
  namespace: 'pay',
  name: 'job',
  uid: 'j1',
} as const satisfies StoredIdentity;

export function tokenRecord(parts: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: 'A'.repeat(16),
    secretHash: new Uint8Array(32),
    description: 'a test',
    owner: { username: 'alice', uid: 'u1' },
    subject: alice,
    acting: [],
    scope: {},
    parentId: undefined,
    createdAtMs: 0,
    expiresAtMs: 60_000,
    lastUsedAtMs: undefined,
    ...parts,
  };
}
