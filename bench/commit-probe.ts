import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { percentile } from './percentile.js';

const everyMs = 10;
const rowBytes = 600;

/** Commits rows of its own to a database while other work runs: as fast as the server commits. */
export class CommitProbe {
  readonly #client: pg.Client;
  readonly #waits: number[] = [];
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async start(url: string): Promise<CommitProbe> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('CREATE TABLE commit_probe (row bytea NOT NULL)');
    const probe = new CommitProbe(client);
    probe.#running = probe.#run();
    return probe;
  }

  /** Returns the 99th percentile of a commit, in milliseconds. */
  async stop(): Promise<number> {
    this.#ending.abort();
    await this.#running;
    await this.#client.end();
    return percentile(this.#waits, 99);
  }

  async #run(): Promise<void> {
    const values = [Buffer.alloc(rowBytes, 'x')];
    while (!this.#ending.signal.aborted) {
      const askedAt = performance.now();
      await this.#client.query({ text: 'INSERT INTO commit_probe VALUES ($1)', values });
      this.#waits.push(performance.now() - askedAt);
      await pause(everyMs);
    }
  }
}
