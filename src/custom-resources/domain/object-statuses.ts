import { CallTrace } from '../../calls/domain/call-trace.js';
import { RecentMap } from '../../core/recent-map.js';
import { backgroundLimits } from '../../core/background-limits.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import type {
  CustomResource,
  CustomResourceKind,
  CustomResourceStatus,
} from './custom-resource.js';
import type { CustomResources } from './custom-resources.js';
import type { ObjectEvent, ObjectEvents } from './object-events.js';
import { isSameStatus } from './same-status.js';
import { eventOf } from './status-condition.js';

export interface ObjectStatusesDependencies {
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
  readonly events: Pick<ObjectEvents, 'record'>;
  /** Throws if another replica may write statuses now. */
  readonly requireLease: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Kind whose statuses are written, and its objects in the cluster. */
export interface StatusOwner {
  readonly kind: CustomResourceKind;
  readonly objects: Pick<CustomResources, 'writeStatus'>;
}

/** State of an object, as far as its status is concerned. */
export type StatedObject = Pick<CustomResource, 'uid' | 'resourceVersion' | 'status'>;

/** Writer of the statuses of shares and imports, as the broker, with Events for new reasons. */
export class ObjectStatuses {
  readonly #parts: ObjectStatusesDependencies;
  /** Statuses that were written, by uid, until the watch must have shown them. */
  #written = noStatuses();

  constructor(parts: ObjectStatusesDependencies) {
    this.#parts = parts;
  }

  /**
   * Returns the newest known status of an object: the watch may be behind the last write. A state
   * after that write may have a status of another replica.
   */
  lastOf({ uid, resourceVersion, status }: StatedObject): CustomResourceStatus {
    const written = this.#written.get(uid);
    return written?.before === resourceVersion ? written.status : status;
  }

  /** Forgets what was written: another replica may write statuses from now on. */
  forget(): void {
    this.#written = noStatuses();
  }

  /**
   * Writes a status unless the object has it. Throws Conflict if the object has changed since: a
   * late write of a replica that lost the lease overwrites nothing. Throws what a write of the
   * cluster throws, and Unavailable without the lease. `notice`: an Event in addition to that of
   * the reason.
   */
  async write(
    { kind, objects }: StatusOwner,
    object: CustomResource,
    status: CustomResourceStatus,
    notice?: ObjectEvent,
  ): Promise<void> {
    const { accounts, events, requireLease, onFault } = this.#parts;
    const last = this.lastOf(object);
    if (isSameStatus(status, last)) return;
    requireLease();
    const written = this.#written;
    const call = { ctx: accounts.broker(), as: 'broker', trace: new CallTrace() } as const;
    await objects.writeStatus(call, object, status);
    const before = object.resourceVersion;
    written.set(object.uid, { before, status }, performance.now());
    for (const event of [eventOf(last, status), notice]) {
      // An Event is a notice: without it, the status says the same.
      if (event !== undefined) await events.record(kind, object, event).catch(onFault);
    }
  }
}

/** Status that was written, and the resourceVersion of the state before. */
interface WrittenStatus {
  readonly before: string;
  readonly status: CustomResourceStatus;
}

function noStatuses(): RecentMap<string, WrittenStatus> {
  const { statusesKnownMax: entriesMax, statusKnownMs: keptMs } = backgroundLimits;
  return new RecentMap({ entriesMax, keptMs });
}
