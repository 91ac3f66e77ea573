import { limits } from '../core/limits.js';

/** Reporter of entries whose event is not the event that was written; each is reported once. */
export class AlteredEntries {
  readonly #onAlarm: (message: string) => void;
  readonly #told = new Set<number>();

  constructor(onAlarm: (message: string) => void) {
    this.#onAlarm = onAlarm;
  }

  tell(leafIndex: number): void {
    if (this.#told.has(leafIndex) || this.#told.size >= limits.auditAlteredNamedMax) return;
    this.#told.add(leafIndex);
    this.#onAlarm(`entry ${leafIndex} of the audit log was changed: it is marked, and no record`);
  }

  /** Returns the problem for operators; undefined while no altered entry was found. */
  get problem(): string | undefined {
    const [first] = this.#told;
    if (first === undefined) return undefined;
    const others = this.#told.size - 1;
    const more = others === 0 ? '' : `, and ${others} more`;
    return `entry ${first} of the audit log was changed${more}`;
  }
}
