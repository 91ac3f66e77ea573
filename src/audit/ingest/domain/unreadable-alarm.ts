import { limits } from '../../../core/limits.js';

/** Limits how often operators are notified that events of the cluster could not be read. */
export class UnreadableAlarm {
  #untold = 0;
  #toldAtMs = -Infinity;

  /** Returns the message for these and earlier unreported events; undefined if none is due. */
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
