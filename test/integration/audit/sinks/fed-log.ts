import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AuditWriter } from '../../../../src/audit/audit-writer.js';
import { Outbox } from '../../../../src/audit/sinks/outbox.js';
import type { Sink } from '../../../../src/audit/sinks/sink.js';
import { SinkSender } from '../../../../src/audit/sinks/sink-sender.js';
import { SqliteDatabase } from '../../../../src/platform/storage/sqlite-database.js';
import { eventOf } from '../../../unit/audit/audit-builders.js';
import { temporaryDir } from '../audit-fixture.js';
import { rowKeyOf } from '../../../unit/encryption/row-integrity.builder.js';

export const KEY = 'a-key-of-at-least-24-bytes';

/** A log in a folder, and feeders of it that wait little between attempts. */
export class FedLog {
  readonly path: string;
  readonly database: SqliteDatabase;
  readonly writer: AuditWriter;
  readonly alarms: string[] = [];
  readonly secretFile: string;
  readonly #remove: () => void;
  readonly #feeders: SinkSender[] = [];

  private constructor(path: string, remove: () => void, database: SqliteDatabase) {
    this.path = path;
    this.#remove = remove;
    this.database = database;
    this.writer = new AuditWriter(database.location, { rowKey: rowKeyOf() });
    this.secretFile = join(path, 'hmac.key');
    writeFileSync(this.secretFile, `${KEY}\n`);
  }

  static async open(): Promise<FedLog> {
    const { path, remove } = temporaryDir();
    const log = new FedLog(path, remove, await SqliteDatabase.open(path));
    await writable(log.writer);
    return log;
  }

  /** Appends so many events; their texts, in the order of the log. */
  async append(count: number): Promise<readonly string[]> {
    const texts = Array.from({ length: count }, () => JSON.stringify(eventOf({})));
    await Promise.all(texts.map((json) => this.writer.append({ json, stage: 'single' })));
    return texts;
  }

  feeder(sink: Sink, options: { readonly owner?: string } = {}): SinkSender {
    const outbox = new Outbox({
      database: this.database,
      owner: options.owner ?? randomUUID(),
      rowKey: rowKeyOf(),
    });
    const onAlarm = (message: string) => void this.alarms.push(message);
    const backoff = { minMs: 5, maxMs: 20 };
    const feeder = new SinkSender({ sink, outbox, onAlarm, backoff });
    this.#feeders.push(feeder);
    feeder.start();
    return feeder;
  }

  async lagOf(feeder: SinkSender): Promise<number> {
    return (await feeder.state()).lagEvents;
  }

  async close(): Promise<void> {
    await Promise.all(this.#feeders.map((feeder) => feeder.stop(0)));
    await this.writer.close();
    await this.database.close();
    this.#remove();
  }
}

/** Resolves once the thread that writes is there, which takes its time on a busy machine. */
export async function writable(writer: AuditWriter): Promise<void> {
  const isWritten = () =>
    writer.check().then(
      () => true,
      () => false,
    );
  await until(isWritten, 30_000);
}

/** Resolves once the condition holds; rejects after so long. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`not within ${withinMs} ms: ${String(condition)}`);
    await wait(10);
  }
}
