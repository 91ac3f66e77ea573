import { callReason, showsNamespace, showsSecret } from '../../../access/domain/scope-refusal.js';
import type { TokenScope } from '../../../core/token-scope.js';
import type { ForwardView } from './view.js';

/** Returns the view that a token's scope leaves of responses; undefined if it hides nothing. */
export function scopedView(scope: TokenScope | undefined): ForwardView | undefined {
  if (scope === undefined) return undefined;
  const { namespaces, secrets } = scope;
  const hasValues = mayReveal(scope);
  if (namespaces === undefined && secrets === undefined && hasValues) return undefined;
  return {
    hasValues,
    shows: (namespace, name) => showsNamespace(scope, namespace) && showsSecret(scope, name),
  };
}

/** Reports whether the actions of a scope include values at all, of any Secret. */
export function mayReveal({ actions }: TokenScope): boolean {
  return callReason({ actions }, { action: 'secrets.reveal' }) === undefined;
}
