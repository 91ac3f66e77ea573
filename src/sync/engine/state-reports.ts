import type { CallRunner } from '../../calls/call-runner.service.js';
import { CallOutcome } from '../../calls/domain/call-trace.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import type {
  CustomResource,
  CustomResourceStatus,
} from '../../custom-resources/domain/custom-resource.js';
import { messageOf, reasonOf } from '../../custom-resources/domain/status-condition.js';

export interface StateReportsDependencies {
  readonly calls: Pick<CallRunner, 'read'>;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
}

const GOOD = 'InSync';

/** Events of the audit trail about syncs that have a problem, or have none any more. */
export class StateReports {
  readonly #parts: StateReportsDependencies;

  constructor(parts: StateReportsDependencies) {
    this.#parts = parts;
  }

  /**
   * Records that a sync has another reason than before, before its status says so: a failure of
   * this event repeats the look. Throws Unavailable.
   */
  async report(
    { namespace, name }: Pick<CustomResource, 'namespace' | 'name'>,
    before: CustomResourceStatus,
    after: CustomResourceStatus,
  ): Promise<void> {
    const reason = reasonOf(after);
    const former = reasonOf(before) ?? GOOD;
    if (reason === undefined || reason === former) return;
    const { calls, accounts } = this.#parts;
    const facts = { action: 'syncs.report', namespace, secret: name } as const;
    const message = messageOf(after);
    await calls.read(accounts.broker(), facts, async (trace) => {
      trace.decisionReason = message === '' ? reason : `${reason}: ${message}`;
      return new CallOutcome(undefined, {});
    });
  }
}
