import type { Principal } from '../../core/principal.js';
import type { TokenScope } from '../../core/token-scope.js';

/** Limits of a token; null restricts nothing. */
export interface ViewerScope {
  readonly namespaces: readonly string[] | null;
  readonly secrets: readonly string[] | null;
  readonly keys: readonly string[] | null;
  readonly actions: readonly string[] | null;
  readonly cidrs: readonly string[] | null;
}

/** Caller with identity and credential. */
export interface ViewerView {
  readonly username: string;
  readonly uid: string | null;
  readonly groups: readonly string[];
  readonly kind: string;
  readonly credentialId: string | null;
  readonly expiresAt: string | null;
  readonly scope: ViewerScope | null;
}

/** Renders a principal for themselves. */
export function toViewer(principal: Principal): ViewerView {
  const { username, uid, groups, kind, credentialId, expiresAtMs } = principal;
  return {
    username,
    uid: uid === '' ? null : uid,
    groups,
    kind,
    credentialId,
    expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
    scope: principal.scope === undefined ? null : toViewerScope(principal.scope),
  };
}

/** Returns every member of a scope, null if it restricts nothing. */
export function toViewerScope(scope: TokenScope): ViewerScope {
  const { namespaces = null, secrets = null, keys = null, actions = null, cidrs = null } = scope;
  return { namespaces, secrets, keys, actions, cidrs };
}
