import { type Body, isRecord } from '../../../secrets/domain/body-members.js';

/**
 * A list without what says that more objects follow: they may be some that its reader is not
 * shown. The very same where it says nothing of it.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/list-meta/
 */
export function withoutPageMarks(list: Body): Body {
  const { metadata } = list;
  if (!isRecord(metadata)) return list;
  const { continue: next, remainingItemCount, ...rest } = metadata;
  if (next === undefined && remainingItemCount === undefined) return list;
  return { ...list, metadata: rest };
}
