import { failureResult } from '../../../../src/audit/domain/failure-result.js';
import type { AuditFacts } from '../../../../src/audit/domain/audit-event.js';
import type { CallRunner } from '../../../../src/calls/call-runner.service.js';
import { CallOutcome, CallTrace } from '../../../../src/calls/domain/call-trace.js';
import type { CallContext } from '../../../../src/core/call-context.js';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';

type Effect = (trace: CallTrace) => Promise<unknown>;

/** Event of a call, as the audit trail has it. */
export interface Noted {
  readonly stage: 'intent' | 'outcome';
  readonly action: AuditFacts['action'];
  readonly namespace: string | undefined;
  readonly secret: string | undefined;
  readonly keys: readonly string[] | undefined;
  readonly onBehalfOf: string | undefined;
  readonly outcome?: string;
  readonly code?: number;
  readonly decisionReason?: string | undefined;
}

/** Calls that leave the events of the gateway in a list. */
export class RecordedCalls {
  readonly events: Noted[] = [];
  isDown = false;

  readonly write = (async (ctx: CallContext, facts: AuditFacts, effect: Effect) => {
    if (this.isDown) throw unavailable('the audit trail cannot be written');
    this.events.push({ stage: 'intent', ...eventOf(ctx, facts) });
    return this.#concluded(ctx, facts, effect);
  }) as CallRunner['write'];

  readonly read = ((ctx: CallContext, facts: AuditFacts, effect: Effect) =>
    this.#concluded(ctx, facts, effect)) as CallRunner['read'];

  /** Returns what each event says of the outcome: `intent` before it. */
  get told(): readonly string[] {
    return this.events.map(({ stage, action, outcome }) => `${action} ${outcome ?? stage}`);
  }

  async #concluded(ctx: CallContext, facts: AuditFacts, effect: Effect): Promise<unknown> {
    const trace = new CallTrace();
    const event = { stage: 'outcome', ...eventOf(ctx, facts) } as const;
    try {
      const result = await effect(trace);
      const { decisionReason } = trace;
      this.events.push({ ...event, outcome: 'allowed', decisionReason });
      return result instanceof CallOutcome ? result.value : result;
    } catch (error) {
      const { outcome, code } = failureResult(error, trace);
      this.events.push({ ...event, outcome, code });
      throw error;
    }
  }
}

function eventOf({ onBehalfOf }: CallContext, { action, namespace, secret, keys }: AuditFacts) {
  return { action, namespace, secret, keys, onBehalfOf };
}
