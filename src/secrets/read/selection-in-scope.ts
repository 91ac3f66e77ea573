import { outOfScope } from '../../access/domain/scope-refusal.js';
import type { AuditFacts } from '../../audit/domain/audit-event.js';
import type { CallContext } from '../../core/call-context.js';
import type { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretRef } from '../domain/secret.js';
import type { Selection, SelectionGrant } from './selected-read.js';

/** Part of a selection within the token's scope, and why the other parts are not. */
export interface SelectionInScope {
  readonly selection: Selection;
  readonly refusal?: SallyportError;
}

/** Returns the audit facts of a selection. */
export function selectionFacts(ref: SecretRef, selection: Selection): AuditFacts {
  const { hasMetadata, isWhole, keys } = selection;
  const hasValues = isWhole || keys.length > 0;
  return {
    action: hasValues ? 'secrets.reveal' : 'secrets.get',
    namespace: ref.namespace,
    secret: ref.name,
    ...(hasValues && !isWhole && !hasMetadata ? { keys, keysOnly: true } : {}),
  };
}

/**
 * Removes from a selection the values that the scope forbids, so that they are null. If no part is
 * left, the selection stays unchanged and is refused as a whole.
 */
export function selectionInScope(
  ctx: CallContext,
  ref: SecretRef,
  selection: Selection,
): SelectionInScope {
  const refusal = outOfScope(ctx, selectionFacts(ref, selection));
  if (!refusal) return { selection };
  const none = { hasMetadata: false, isWhole: false, keys: [] };
  const isOpen = (part: Selection) => !outOfScope(ctx, selectionFacts(ref, part));
  const keys = selection.keys.filter((key) => isOpen({ ...none, keys: [key] }));
  const part = { hasMetadata: selection.hasMetadata, isWhole: false, keys };
  const isLeft = (part.hasMetadata || keys.length > 0) && isOpen(part);
  return isLeft ? { selection: part, refusal } : { selection };
}

/** Limits a grant to the remaining selection. */
export function grantInScope(
  grant: SelectionGrant,
  { selection, refusal }: SelectionInScope,
): SelectionGrant {
  if (!refusal) return grant;
  const keys = grant.keys === 'all' ? selection.keys : grant.keys;
  const { hasMetadata } = selection;
  return { ...grant, hasMetadata, keys, asked: keys, denial: grant.denial ?? refusal };
}
