import type { AuditAction } from '../../audit/domain/audit-event.js';
import type { AnswerBudget } from '../../core/answer-budget.js';
import type { CallContext } from '../../core/call-context.js';
import { childContext } from '../../core/child-context.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { Principal } from '../../core/principal.js';

/** Context of resolvers: the caller and the request. */
export interface GraphqlContext {
  readonly principal: Principal;
  readonly call: CallContext;
  /** Budget of the whole operation's response; for a subscription, of each event's. */
  readonly budget: AnswerBudget;
  /** Records a part that was refused before its service was called. */
  readonly recordRefusal: (ctx: CallContext, part: Part, error: unknown) => Promise<void>;
  /** Counts a part against the caller's limit, except the part that the request counts as. */
  readonly countPart: () => void;
}

/** Action and object of a part of a request. */
export interface Part {
  readonly action: AuditAction;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** A request as a whole, if it was refused before any part of it. */
export const REQUEST: Part = { action: 'auth.refused' };

const auditIds = new WeakMap<Error, string>();

/** Returns the audit id of the part of the request that threw the error. */
export function auditIdOf(error: unknown): string | undefined {
  const own = error instanceof SallyportError ? (error.auditId ?? undefined) : undefined;
  return error instanceof Error ? (auditIds.get(error) ?? own) : undefined;
}

/** Registers the part under which an error is recorded that resolvers throw later. */
export function recordedUnder(ctx: CallContext, error: Error): void {
  auditIds.set(error, ctx.auditId);
}

/**
 * Runs a part of the request that writes its own audit event. `changes` returns what the part has
 * of its own; its errors are those of the part.
 */
export async function asPart<T>(
  context: GraphqlContext,
  part: Part,
  run: (ctx: CallContext) => Promise<T>,
  changes: () => Partial<CallContext> = () => ({}),
): Promise<T> {
  context.countPart();
  let ctx = childContext(context.call);
  try {
    ctx = { ...ctx, ...changes() };
    return await run(ctx);
  } catch (error) {
    if (error instanceof Error) recordedUnder(ctx, error);
    await context.recordRefusal(ctx, part, error);
    throw error;
  }
}
