import type { CallContext } from './call-context.js';
import { timeOrderedId } from './time-ordered-id.js';

/** A part of a request that makes an audit event of its own, under the request's id. */
export function childContext(ctx: CallContext, changes: Partial<CallContext> = {}): CallContext {
  return { ...ctx, ...changes, auditId: timeOrderedId(), parentId: ctx.parentId ?? ctx.auditId };
}
