import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../core/limits.js';
import type { SealedTable } from './domain/row-mac.js';
import type { RowIntegrity } from './row-integrity.js';
import type { RowScan } from './row-scan.js';

/** A row that no gateway has written as it is. */
export interface ForeignRow {
  readonly table: SealedTable;
  readonly name: string;
}

/** Goes once over rows that carry MACs, and yields the foreign ones of each part. */
export type RowPass = () => AsyncIterable<readonly ForeignRow[]>;

export interface RowCheckDependencies {
  readonly passes: readonly RowPass[];
  readonly integrity: Pick<RowIntegrity, 'tell'>;
  /** What kept a pass from its end; the next one begins anew. */
  readonly onFault: (error: unknown) => void;
  /** Between two goes over all rows. */
  readonly everyMs?: number;
}

/** Goes over a table. */
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

/** Looks at all rows that carry MACs again and again, whether anybody reads them or not. */
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

  /** Goes over all rows once. */
  async pass(): Promise<void> {
    const { signal } = this.#stopping;
    for (const pass of this.#parts.passes) {
      let startedAt = performance.now();
      for await (const foreign of pass()) {
        for (const { table, name } of foreign) this.#parts.integrity.tell(table, name);
        // Nobody else is to have less of the processor for it.
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
