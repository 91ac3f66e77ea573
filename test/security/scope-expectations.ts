import { type AuditAction, auditActions } from '../../src/audit/domain/audit-event.js';
import type { TokenScope } from '../../src/core/token-scope.js';

export type ScopeKind = keyof TokenScope;

/**
 * What a call is about, as far as a scope can tell: the caller (`self`), everything, a list that
 * shows what is in the scope, a namespace, a Secret, a key, or a rotation that is written.
 */
export type Reach =
  | 'self'
  | 'everything'
  | 'namespaces'
  | 'list'
  | 'listOfNamespace'
  | 'namespace'
  | 'oneNamespace'
  | 'secret'
  | 'key'
  | 'rotation';

/** `narrowed`: answered without what is beyond the scope; `shown`: what is within it is there. */
export type Verdict = 'refused' | 'open' | 'narrowed' | 'shown';

/** How one operation is to answer; `actions` opens it, and so does each of them alone. */
export interface ScopeCase {
  readonly reach: Reach;
  readonly actions: readonly AuditAction[];
  /** What a field of GraphQL needs for the object that it is a field of. */
  readonly base?: readonly AuditAction[];
}

type Verdicts = readonly [beyond: Verdict, within: Verdict];

const closed = ['refused', 'refused'] as const;
const scoped = ['refused', 'open'] as const;
const free = ['open', 'open'] as const;
const shortened = ['narrowed', 'shown'] as const;
/** Alike for all that is done. */
const always = { actions: scoped, cidrs: scoped } as const;

/** A new kind of scope, or of reach, has no verdict here, and does not compile. */
const verdicts: Readonly<Record<Reach, Readonly<Record<ScopeKind, Verdicts>>>> = {
  self: { ...always, namespaces: free, secrets: free, keys: free },
  everything: { ...always, namespaces: closed, secrets: closed, keys: closed },
  namespaces: { ...always, namespaces: shortened, secrets: free, keys: closed },
  list: { ...always, namespaces: shortened, secrets: shortened, keys: closed },
  listOfNamespace: { ...always, namespaces: scoped, secrets: shortened, keys: closed },
  namespace: { ...always, namespaces: scoped, secrets: closed, keys: closed },
  oneNamespace: { ...always, namespaces: scoped, secrets: free, keys: closed },
  secret: { ...always, namespaces: scoped, secrets: scoped, keys: closed },
  key: { ...always, namespaces: scoped, secrets: scoped, keys: scoped },
  // It acts with all rights of its author, and outlives the token.
  rotation: {
    ...{ namespaces: closed, secrets: closed, keys: closed },
    ...{ actions: closed, cidrs: closed },
  },
};

export const scopeKinds = Object.keys(verdicts.self) as readonly ScopeKind[];

export interface Expectation {
  readonly scope: TokenScope;
  readonly verdict: Verdict;
}

/** A scope that the call is beyond, and one that it is within, with what is to come of it. */
export function expectations(kind: ScopeKind, given: ScopeCase): readonly Expectation[] {
  const [beyond, within] = verdicts[given.reach][kind];
  return [
    { scope: scopeBeyond(kind, given), verdict: beyond },
    { scope: scopeWithin(kind, given), verdict: within },
  ];
}

function scopeBeyond(kind: ScopeKind, { actions }: ScopeCase): TokenScope {
  if (kind === 'cidrs') return { cidrs: ['192.0.2.0/24'] };
  if (kind !== 'actions') return { [kind]: ['other'] };
  // Who one is may be asked with any token that may do anything.
  if (actions.includes('access.review')) return { actions: [] };
  return { actions: auditActions.filter((action) => !actions.includes(action)) };
}

function scopeWithin(kind: ScopeKind, { actions, base = [] }: ScopeCase): TokenScope {
  switch (kind) {
    case 'namespaces':
      return { namespaces: ['pay'] };
    case 'secrets':
      return { secrets: ['db', 'new'] };
    case 'keys':
      return { keys: ['password'] };
    case 'actions':
      return { actions: [...base, ...actions] };
    case 'cidrs':
      return { cidrs: ['0.0.0.0/0', '::/0'] };
  }
}
