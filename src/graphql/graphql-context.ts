import type { CallContext } from '../core/call-context.js';
import { childContext } from '../core/child-context.js';
import type { Principal } from '../core/principal.js';

/** What resolvers get: who asks, and under which request. */
export interface GraphqlContext {
  readonly principal: Principal;
  readonly call: CallContext;
}

const auditIds = new WeakMap<Error, string>();

/** Audit id of the part of the request that threw this. */
export function auditIdOf(error: unknown): string | undefined {
  return error instanceof Error ? auditIds.get(error) : undefined;
}

/** Runs a part of the request that makes an audit event of its own. */
export async function asPart<T>(
  context: GraphqlContext,
  run: (ctx: CallContext) => Promise<T>,
  changes: Partial<CallContext> = {},
): Promise<T> {
  const ctx = childContext(context.call, changes);
  try {
    return await run(ctx);
  } catch (error) {
    if (error instanceof Error) auditIds.set(error, ctx.auditId);
    throw error;
  }
}
