import { PostgresQueue } from '../../../../src/audit/queue/postgres-queue.js';
import { Sequencer, type SequencerProgress } from '../../../../src/audit/queue/sequencer.js';
import type { Database } from '../../../../src/platform/storage/database.js';
import type { TestDatabase, TestStorage } from '../../../postgres/test-storage.js';
import { rowMac } from '../../../unit/encryption/row-integrity.builder.js';

/** A database with queues and sequencers over it. */
export class QueueWorld {
  readonly alarms: string[] = [];
  readonly place: TestDatabase;
  readonly database: Database;
  readonly url: string;
  readonly #queues: PostgresQueue[] = [];
  readonly #sequencers: Sequencer[] = [];

  private constructor(place: TestDatabase, database: Database, url: string) {
    this.place = place;
    this.database = database;
    this.url = url;
  }

  static async start(storage: TestStorage): Promise<QueueWorld> {
    const place = await storage.create();
    const database = await place.open();
    const { location } = database;
    if (location.dialect !== 'postgres') throw new Error('the database is in PostgreSQL');
    return new QueueWorld(place, database, location.url);
  }

  /** A process that writes. */
  queue(options: { readonly entriesMax?: number } = {}): PostgresQueue {
    const queue = new PostgresQueue(this.url, { mac: rowMac(), ...options });
    this.#queues.push(queue);
    return queue;
  }

  /** A process that may become the sequencer. */
  sequencer(onProgress: (progress: SequencerProgress) => void = () => undefined): Sequencer {
    const sequencer = new Sequencer({
      url: this.url,
      mac: rowMac(),
      onProgress,
      onAlarm: (message) => this.alarms.push(message),
    });
    this.#sequencers.push(sequencer);
    sequencer.start();
    return sequencer;
  }

  /** One column of all entries, in the order of the log. */
  async logged(column: string): Promise<readonly unknown[]> {
    const rows = await this.place.run(`SELECT ${column} FROM audit_entries ORDER BY leaf_index`);
    return rows.map((row) => row[column]);
  }

  async stop(): Promise<void> {
    for (const queue of this.#queues) await queue.close();
    for (const sequencer of this.#sequencers) await sequencer.stop();
    await this.database.close();
    await this.place.remove();
  }
}
