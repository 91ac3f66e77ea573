import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Database } from '../../../src/platform/storage/database.js';
import { auditOver, entry, leafIndexOf } from './audit-fixture.js';
import { temporaryKey, treeOver, verdictOf } from './log-fixture.js';
import { storedEntries } from '../../support/stored-entries.js';

const script = fileURLToPath(new URL('./load-child.ts', import.meta.url));
const hooks = fileURLToPath(new URL('../../ts-hooks.mjs', import.meta.url));
const POLL_MS = 5;
const PATIENCE_MS = 20_000;

/** Id of an event and the leaf index that it was acknowledged with. */
export type Acknowledged = readonly [auditId: string, index: number];

/** Drives a load-child.ts process. */
export class AuditLoad {
  readonly #process: ChildProcess;
  readonly #told: string;

  /**
   * `name` begins the ids of its events; `notes` is a folder for what it tells; `userAgentBytes`
   * makes each event so much longer.
   */
  constructor(parts: { dataDir: string; notes: string; name: string; userAgentBytes?: number }) {
    this.#told = join(parts.notes, parts.name);
    const told = openSync(this.#told, 'a');
    const args = [
      '--import',
      hooks,
      script,
      parts.dataDir,
      parts.name,
      String(parts.userAgentBytes ?? 0),
    ];
    this.#process = spawn(process.execPath, args, { stdio: ['pipe', told, 'pipe'] });
    this.#process.stderr?.resume();
    closeSync(told);
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('the child has no process');
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** All that it told, line by line; what a kill cut off is left out. */
  lines(): readonly string[] {
    return readFileSync(this.#told, 'utf8').split('\n').slice(0, -1);
  }

  acknowledged(): readonly Acknowledged[] {
    return this.lines().flatMap((line): Acknowledged[] => {
      const [, id, index] = /^(\S+-\d+) (\d+)$/.exec(line) ?? [];
      return id === undefined ? [] : [[id, Number(index)]];
    });
  }

  /** Waits until it is so, or the child has ended; rejects where neither comes. */
  async until(isSo: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.isRunning && !isSo()) {
      if (Date.now() > deadline) throw new Error(`nothing came of it:\n${this.#last()}`);
      await delay(POLL_MS);
    }
  }

  /** kill -9; resolves once it is gone. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await closed;
  }

  #last(): string {
    return this.lines().slice(-5).join('\n');
  }
}

/**
 * Demands of a log that it holds all acknowledged events where it said, each once, without a gap,
 * takes another, and withstands `audit verify` once it is signed. Closes the database.
 */
export async function expectWhole(
  database: Database,
  acknowledged: readonly Acknowledged[],
): Promise<void> {
  const key = temporaryKey();
  const audit = auditOver(database);
  try {
    await audit.ready();
    const place = await audit.writer.append(entry({ ctx: { auditId: 'the-last' } }));
    const next = await leafIndexOf(audit, place);
    const rows = (await storedEntries(database)).map(({ leaf_index, audit_id }) => ({
      leaf_index,
      audit_id,
    }));
    const gaps = rows.filter((row, at) => row.leaf_index !== at);
    expect(gaps.slice(0, 3), 'gaps').toEqual([]);
    expect(rows.at(-1), 'the last entry').toEqual({ leaf_index: next, audit_id: 'the-last' });
    const stored = new Map(rows.map((row) => [row.audit_id, row.leaf_index]));
    expect(rows.length - stored.size, 'duplicates').toBe(0);
    const lost = acknowledged.filter(([id, index]) => stored.get(id) !== index);
    expect(lost.slice(0, 3), `${lost.length} of ${acknowledged.length} lost`).toEqual([]);
    const tree = treeOver(database, key.keyFile);
    expect((await tree.integrator.publish()).size).toBe(rows.length);
    expect(await verdictOf(tree)).toBeUndefined();
  } finally {
    await audit.close();
    key.remove();
  }
}
