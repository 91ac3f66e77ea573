import { outOfScope } from '../../access/domain/scope-refusal.js';
import type { AuditFacts } from '../../audit/domain/audit-event.js';
import type { CallContext } from '../../core/call-context.js';
import type { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretRef } from '../domain/secret.js';
import type { Selection, SelectionGrant } from './selected-read.js';

/** The part of a selection that the token is for, and why it is not for the rest. */
export interface SelectionInScope {
  readonly selection: Selection;
  readonly refusal?: SallyportError;
}

/** What is read where this is selected. */
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
 * Takes from a selection the values that the scope forbids, so that they are null beside the rest.
 * Where no part is left it stays as it is, and is refused as a whole.
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

/** A grant that reaches no further than the selection which is left. */
export function grantInScope(
  grant: SelectionGrant,
  { selection, refusal }: SelectionInScope,
): SelectionGrant {
  if (!refusal) return grant;
  const keys = grant.keys === 'all' ? selection.keys : grant.keys;
  const { hasMetadata } = selection;
  return { ...grant, hasMetadata, keys, asked: keys, denial: grant.denial ?? refusal };
}
