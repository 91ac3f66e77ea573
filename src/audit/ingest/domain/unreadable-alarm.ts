import { limits } from '../../../core/limits.js';

/** Says when operators are told that events of the cluster could not be read: not too often. */
export class UnreadableAlarm {
  #untold = 0;
  #toldAtMs = -Infinity;

  /** The message to give now, for these events and those before; undefined for none. */
  messageAfter(events: number, nowMs: number): string | undefined {
    this.#untold += events;
    if (this.#untold === 0 || nowMs - this.#toldAtMs < limits.auditUnreadableAlarmEveryMs) {
      return undefined;
    }
    const count = this.#untold;
    this.#untold = 0;
    this.#toldAtMs = nowMs;
    return (
      `${count} audit events of the cluster could not be read and are missing in the audit trail: ` +
      'search for the mark unreadable'
    );
  }
}
