import { type Body, isRecord } from '../../../secrets/domain/body-members.js';

/**
 * Returns a list without marks of further objects, which the reader may not see. Returns the
 * original list if it has no marks.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/list-meta/
 */
export function withoutPageMarks(list: Body): Body {
  const { metadata } = list;
  if (!isRecord(metadata)) return list;
  const { continue: next, remainingItemCount, ...rest } = metadata;
  if (next === undefined && remainingItemCount === undefined) return list;
  return { ...list, metadata: rest };
}
