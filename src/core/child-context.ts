import type { CallContext } from './call-context.js';
import { timeOrderedId } from './time-ordered-id.js';

/** Returns the context of a request's part with its own audit event, under the request's id. */
export function childContext(ctx: CallContext, changes: Partial<CallContext> = {}): CallContext {
  return { ...ctx, ...changes, auditId: timeOrderedId(), parentId: ctx.parentId ?? ctx.auditId };
}
