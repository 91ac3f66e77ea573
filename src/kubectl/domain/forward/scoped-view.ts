import { callReason, showsNamespace, showsSecret } from '../../../access/domain/scope-refusal.js';
import type { TokenScope } from '../../../core/token-scope.js';
import type { ForwardView } from './view.js';

/** What the scope of a token leaves of answers; undefined where it takes nothing away. */
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

/** Whether the actions of a scope open values at all; of which Secrets is another question. */
export function mayReveal({ actions }: TokenScope): boolean {
  return callReason({ actions }, { action: 'secrets.reveal' }) === undefined;
}
