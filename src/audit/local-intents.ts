import { limits } from '../core/limits.js';
import type { Database } from '../platform/storage/database.js';
import type { KubernetesAuditEvent } from './domain/kubernetes-event.js';

/** Tracker of intents that are left open, and of intents whose write still runs. */
export class LocalIntents {
  readonly #writers: Database['writers'];
  readonly #running = new Set<string>();
  /** Ended here: no other process concludes its open intents. The oldest is dropped first. */
  readonly #ended = new Set<string>();

  constructor(writers: Database['writers']) {
    this.#writers = writers;
  }

  begin(auditId: string): void {
    this.#running.add(auditId);
  }

  end(auditId: string): void {
    this.#running.delete(auditId);
    if (this.#writers === 'one') return;
    this.#ended.add(auditId);
    const [oldest] = this.#ended;
    if (this.#ended.size > limits.auditEndedWritesMax && oldest !== undefined) {
      this.#ended.delete(oldest);
    }
  }

  /** Reports whether nothing will conclude it any more: for other processes, only by its age. */
  isLeft({ auditID, requestReceivedTimestamp }: KubernetesAuditEvent, nowMs: number): boolean {
    if (this.#running.has(auditID)) return false;
    if (this.#writers === 'one' || this.#ended.has(auditID)) return true;
    return Date.parse(requestReceivedTimestamp) < nowMs - limits.writeMsMax;
  }
}
