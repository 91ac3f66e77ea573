import type {
  MonitoredRight,
  AuthorizationMonitor,
} from '../../access/authorization-monitor.service.js';
import type { CallContext } from '../../core/call-context.js';
import type { Watched } from './read-wait.js';

/**
 * Rights of which any one will do, for each of several Secrets. One that has gone, or was never
 * there, says so once; all of them are asked about anew where none is left, since somebody who
 * still may must hold one again.
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

  /** Of those that are there as far as is known: each aborts when it has gone. */
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
