import type { TokenGrantFacts } from '../../audit/domain/audit-event.js';
import { type ViewerScope, toViewerScope } from '../../access/domain/viewer.js';
import { type StoredIdentity, usernameOf } from './stored-identity.js';
import type { TokenFacts } from './token-record.js';

/** Token as lists return it: never the token itself. */
export interface TokenView {
  readonly id: string;
  readonly description: string;
  /** User name of the token's creator. */
  readonly owner: string;
  readonly actsAs: string;
  readonly scope: ViewerScope;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

export function toTokenView(record: TokenFacts): TokenView {
  const { id, description, owner, subject, scope, lastUsedAtMs } = record;
  return {
    id,
    description,
    owner: owner.username,
    actsAs: usernameOf(subject),
    scope: toViewerScope(scope),
    createdAt: new Date(record.createdAtMs).toISOString(),
    expiresAt: new Date(record.expiresAtMs).toISOString(),
    lastUsedAt: lastUsedAtMs === undefined ? null : new Date(lastUsedAtMs).toISOString(),
  };
}

/** Returns a grant's audited facts, at mint and end: groups of a known subject. */
export function grantFacts(
  { actsAs, expiresAt }: Pick<TokenView, 'actsAs' | 'expiresAt'>,
  subject: StoredIdentity | undefined,
): TokenGrantFacts {
  // A ServiceAccount's groups follow from its name.
  return { actsAs, expiresAt, groups: subject?.kind === 'user' ? subject.groups : [] };
}
