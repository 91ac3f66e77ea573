import { CallTrace } from '../calls/domain/call-trace.js';
import type { GatewayAccounts } from '../core/gateway-accounts.js';
import type {
  CustomResource,
  CustomResourceKind,
  CustomResourceStatus,
} from '../custom-resources/domain/custom-resource.js';
import type { CustomResources } from '../custom-resources/domain/custom-resources.js';
import type { ObjectEvents } from '../custom-resources/domain/object-events.js';
import { isSameStatus } from '../custom-resources/domain/same-status.js';
import { eventOf } from './domain/status-condition.js';

export interface ObjectStatusesDependencies {
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
  readonly events: Pick<ObjectEvents, 'record'>;
  readonly onFault: (error: unknown) => void;
}

/** Writer of the statuses of shares and imports, as the broker, with Events for new reasons. */
export class ObjectStatuses {
  readonly #parts: ObjectStatusesDependencies;

  constructor(parts: ObjectStatusesDependencies) {
    this.#parts = parts;
  }

  /** Writes a status unless the object has it. Throws what a write of the cluster throws. */
  async write(
    {
      kind,
      objects,
    }: {
      readonly kind: CustomResourceKind;
      readonly objects: Pick<CustomResources, 'writeStatus'>;
    },
    object: CustomResource,
    status: CustomResourceStatus,
  ): Promise<void> {
    const { accounts, events, onFault } = this.#parts;
    if (isSameStatus(status, object.status)) return;
    const call = { ctx: accounts.broker(), as: 'broker', trace: new CallTrace() } as const;
    await objects.writeStatus(call, object, status);
    const event = eventOf(object.status, status);
    // An Event is a notice: without it, the status says the same.
    if (event !== undefined) await events.record(kind, object, event).catch(onFault);
  }
}
