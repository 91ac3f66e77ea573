import type {
  MonitoredRight,
  AuthorizationMonitor,
} from '../../access/authorization-monitor.service.js';
import type { CallContext } from '../../core/call-context.js';
import type { Watched } from './read-wait.js';

/**
 * Rights of which any one is enough, for each of several Secrets. A lost or missing right reports
 * this once. If none is left, all rights are requested again, because a caller who is still allowed
 * must have one.
 */
export class AlternativeRights {
  readonly #holdAll: () => readonly MonitoredRight[][];
  #held: readonly MonitoredRight[][];

  constructor(
    standing: Pick<AuthorizationMonitor, 'hold'>,
    ctx: CallContext,
    watched: readonly Watched[],
  ) {
    this.#holdAll = () =>
      watched.map(({ rights }) => rights.map((right) => standing.hold(ctx, right)));
    this.#held = this.#holdAll();
  }

  /** Returns the signals of rights that may still exist: each aborts when its right is lost. */
  signals(): readonly AbortSignal[] {
    const isGone = ({ signal }: MonitoredRight): boolean => signal.aborted;
    if (this.#held.some((alternatives) => alternatives.every(isGone))) {
      this.release();
      this.#held = this.#holdAll();
    }
    return this.#held.flat().flatMap(({ signal }) => (signal.aborted ? [] : [signal]));
  }

  release(): void {
    for (const right of this.#held.flat()) right.release();
  }
}
