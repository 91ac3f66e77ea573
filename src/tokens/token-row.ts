import type { Selectable } from 'kysely';
import type { RowValue } from '../encryption/domain/row-mac.js';
import type { AccessTokenTable, RevokedTokenTable } from '../platform/storage/schema.js';
import type { TokenFacts, TokenRecord } from './domain/token-record.js';
import { namedNamespaces } from './domain/token-rights.js';

export type TokenRow = Selectable<AccessTokenTable>;
export type RevokedTokenRow = Selectable<RevokedTokenTable>;

type KeptColumns = Omit<RevokedTokenRow, 'last_used_ms' | 'revoked_ms' | 'mac'>;

/** Returns the row of a token, without its MAC. */
export function tokenRowOf(record: TokenRecord): Omit<TokenRow, 'mac'> {
  const namespaces = namedNamespaces(record.scope);
  return {
    id: record.id,
    secret_hash: record.secretHash,
    description: record.description,
    owner_username: record.owner.username,
    owner_uid: record.owner.uid,
    subject: JSON.stringify(record.subject),
    acting: JSON.stringify(record.acting),
    scope: JSON.stringify(record.scope),
    namespaces: namespaces === undefined ? null : JSON.stringify(namespaces),
    parent_id: record.parentId ?? null,
    created_ms: record.createdAtMs,
    expires_ms: record.expiresAtMs,
    last_used_ms: record.lastUsedAtMs ?? null,
  };
}

/** Returns all that a token grants: everything but its last use. */
export function tokenValues(row: Omit<TokenRow, 'mac'>): readonly RowValue[] {
  return [...keptValues(row), row.secret_hash, row.acting, row.namespaces];
}

/** Returns the authenticated values of a revoked token's row. */
export function revokedTokenValues(row: Omit<RevokedTokenRow, 'mac'>): readonly RowValue[] {
  return [...keptValues(row), row.revoked_ms];
}

/** Parses JSON that the gateway made, which the MAC of the row proves. */
export function tokenRecordOf(row: TokenRow): TokenRecord {
  const acting = JSON.parse(row.acting) as TokenRecord['acting'];
  return { ...tokenFactsOf(row), secretHash: row.secret_hash, acting };
}

/** Parses JSON that the gateway made, which the MAC of the row proves. */
export function tokenFactsOf(
  row: KeptColumns & { readonly last_used_ms: number | null },
): TokenFacts {
  return {
    id: row.id,
    description: row.description,
    owner: { username: row.owner_username, uid: row.owner_uid },
    subject: JSON.parse(row.subject) as TokenRecord['subject'],
    scope: JSON.parse(row.scope) as TokenRecord['scope'],
    parentId: row.parent_id ?? undefined,
    createdAtMs: row.created_ms,
    expiresAtMs: row.expires_ms,
    lastUsedAtMs: row.last_used_ms ?? undefined,
  };
}

function keptValues(row: KeptColumns): readonly RowValue[] {
  const { id, description, owner_username, owner_uid, subject, scope, parent_id } = row;
  const whose = [owner_username, owner_uid, subject, scope, parent_id];
  return [id, description, ...whose, row.created_ms, row.expires_ms];
}
