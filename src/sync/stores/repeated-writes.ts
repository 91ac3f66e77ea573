import { syncLimits } from '../../core/sync-limits.js';
import { OutboundFault } from '../../platform/outbound/domain/outbound-fault.js';
import {
  type MarkChange,
  type PendingWrite,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteWrite,
  type RemoteWritten,
} from '../domain/remote-store.js';

/** Reasons after which nobody knows whether a write was carried out. */
const UNKNOWN: ReadonlySet<string> = new Set([
  'TargetTimeout',
  'TargetUnreachable',
  'TargetFailed',
]);

/**
 * Store without a conditional write, whose writes are repeated if an answer is lost. The store
 * finds its own write by the token or the values, so that a repetition writes nothing twice, and
 * reports what the write has overwritten. Without it, a lost answer would lose this report.
 */
export class RepeatedWrites extends RemoteStore {
  readonly #store: RemoteStore;

  override readonly changeTagsMax: number;
  override readonly isConditional: boolean;

  constructor(store: RemoteStore) {
    super();
    this.#store = store;
    this.changeTagsMax = store.changeTagsMax;
    this.isConditional = store.isConditional;
  }

  override changeTagsCalls(names: readonly string[]): number {
    return this.#store.changeTagsCalls(names);
  }

  override async changeTags(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    return this.#store.changeTags(names, signal);
  }

  override async overwrittenBy(
    name: string,
    write: PendingWrite,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    return this.#store.overwrittenBy(name, write, signal);
  }

  override async read(name: string, signal: AbortSignal): Promise<RemoteState> {
    return this.#store.read(name, signal);
  }

  override async write(
    name: string,
    write: RemoteWrite,
    signal: AbortSignal,
  ): Promise<RemoteWritten> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#store.write(name, write, signal);
      } catch (error) {
        const isLast = attempt >= syncLimits.writeAttemptsMax || signal.aborted;
        if (isLast || !isUnknown(error)) throw error;
      }
    }
  }

  override async claim(name: string, change: MarkChange, signal: AbortSignal): Promise<void> {
    return this.#store.claim(name, change, signal);
  }

  override async remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void> {
    return this.#store.remove(name, expected, signal);
  }
}

function isUnknown(error: unknown): boolean {
  if (!(error instanceof OutboundFault)) return false;
  const { reason, mayHaveChanged } = error as OutboundFault;
  return mayHaveChanged && UNKNOWN.has(reason);
}
