import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../core/limits.js';
import type { SealedTable } from './domain/row-mac.js';
import type { RowIntegrity } from './row-integrity.js';
import type { RowScan } from './row-scan.js';

/** Row that no gateway has written as it is. */
export interface ForeignRow {
  readonly table: SealedTable;
  readonly name: string;
}

/** Pass over rows that have MACs; yields the foreign rows of each part. */
export type RowPass = () => AsyncIterable<readonly ForeignRow[]>;

export interface RowCheckDependencies {
  readonly passes: readonly RowPass[];
  readonly integrity: Pick<RowIntegrity, 'tell'>;
  /** Receives the fault that ended a pass early; the next pass starts again. */
  readonly onFault: (error: unknown) => void;
  /** Time between two passes over all rows. */
  readonly everyMs?: number;
}

/** Returns a pass over a table. */
export function passOver(scan: RowScan): RowPass {
  return async function* () {
    let after = '';
    for (;;) {
      const rows = await scan.next(after);
      yield rows.filter(({ isOurs }) => !isOurs).map(({ name }) => ({ table: scan.table, name }));
      after = rows.at(-1)?.key ?? after;
      if (rows.length < limits.rowsCheckedAtOnceMax) return;
    }
  };
}

/** Checks all rows that have MACs periodically, whether anybody reads them or not. */
export class RowCheck {
  readonly #parts: RowCheckDependencies;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(parts: RowCheckDependencies) {
    this.#parts = parts;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Checks all rows once. */
  async pass(): Promise<void> {
    const { signal } = this.#stopping;
    for (const pass of this.#parts.passes) {
      let startedAt = performance.now();
      for await (const foreign of pass()) {
        for (const { table, name } of foreign) this.#parts.integrity.tell(table, name);
        // The check must not take processor time from other work.
        const tookMs = performance.now() - startedAt;
        await this.#pause(Math.max(limits.rowCheckPartPauseMs, limits.checkRestFactor * tookMs));
        if (signal.aborted) return;
        startedAt = performance.now();
      }
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.pass().catch((error: unknown) => this.#parts.onFault(error));
      await this.#pause(this.#parts.everyMs ?? limits.rowCheckEveryMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
