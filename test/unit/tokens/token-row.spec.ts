import { describe, expect, it } from 'vitest';
import {
  revokedTokenValues,
  tokenFactsOf,
  tokenRecordOf,
  tokenRowOf,
  tokenValues,
} from '../../../src/tokens/token-row.js';
import { job, tokenRecord } from './domain/token.builder.js';

const record = tokenRecord({
  acting: [{ owner: job, target: job }],
  scope: { namespaces: ['pay'] },
  parentId: 'B'.repeat(16),
  lastUsedAtMs: 5,
});
const row = { ...tokenRowOf(record), mac: null };

describe('the row of a token', () => {
  it('says all of it', () => {
    expect(tokenRecordOf(row)).toEqual(record);
    expect(tokenFactsOf(row)).toMatchObject({ id: record.id, scope: record.scope });
  });

  it('decides by every column but when the token was last used', () => {
    const changed = Object.keys(tokenRowOf(record)).filter((column) => {
      const other = { ...row, [column]: column.endsWith('_ms') ? 99 : 'other' };
      return JSON.stringify(tokenValues(other)) !== JSON.stringify(tokenValues(row));
    });
    const columns = Object.keys(tokenRowOf(record)).filter((column) => column !== 'last_used_ms');
    expect(changed).toEqual(columns);
  });

  it('of one that is revoked decides when that was', () => {
    const { secret_hash: _hash, acting: _acting, namespaces: _namespaces, ...kept } = row;
    const revoked = { ...kept, revoked_ms: 7 };
    expect(revokedTokenValues({ ...revoked, revoked_ms: 8 })).not.toEqual(
      revokedTokenValues(revoked),
    );
  });
});
