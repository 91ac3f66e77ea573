import type { AuditAction } from '../../audit/domain/audit-event.js';
import type { AnswerBudget } from '../../core/answer-budget.js';
import type { CallContext } from '../../core/call-context.js';
import { childContext } from '../../core/child-context.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { Principal } from '../../core/principal.js';

/** What resolvers get: who asks, and under which request. */
export interface GraphqlContext {
  readonly principal: Principal;
  readonly call: CallContext;
  /** Of what the whole operation shows; of a subscription what each event does. */
  readonly budget: AnswerBudget;
  /** Writes down a part that was refused before its service saw it. */
  readonly recordRefusal: (ctx: CallContext, part: Part, error: unknown) => Promise<void>;
  /** Counts a part against the caller's limit, but for the one that the request counts for. */
  readonly countPart: () => void;
}

/** What a part of a request is about. */
export interface Part {
  readonly action: AuditAction;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** A request as a whole, where it was refused before any part of it. */
export const REQUEST: Part = { action: 'auth.refused' };

const auditIds = new WeakMap<Error, string>();

/** Audit id of the part of the request that threw this. */
export function auditIdOf(error: unknown): string | undefined {
  const own = error instanceof SallyportError ? (error.auditId ?? undefined) : undefined;
  return error instanceof Error ? (auditIds.get(error) ?? own) : undefined;
}

/** Says under which part an error is recorded that resolvers throw later. */
export function recordedUnder(ctx: CallContext, error: Error): void {
  auditIds.set(error, ctx.auditId);
}

/** Runs a part of the request that makes an audit event of its own. */
export async function asPart<T>(
  context: GraphqlContext,
  part: Part,
  run: (ctx: CallContext) => Promise<T>,
  changes: Partial<CallContext> = {},
): Promise<T> {
  context.countPart();
  const ctx = childContext(context.call, changes);
  try {
    return await run(ctx);
  } catch (error) {
    if (error instanceof Error) recordedUnder(ctx, error);
    await context.recordRefusal(ctx, part, error);
    throw error;
  }
}
