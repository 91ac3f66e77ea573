import pg from 'pg';

const lookMs = 20;

/** Looks at what the sessions of a database wait for. */
export class LockWaits {
  readonly #client: pg.Client;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #active = 0;
  #waiting = 0;

  private constructor(client: pg.Client) {
    this.#client = client;
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    }, lookMs);
  }

  static async start(url: string): Promise<LockWaits> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new LockWaits(client);
  }

  /** Returns the part of the looks at a session with work that found it waiting for a lock. */
  async stop(): Promise<number> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#client.end();
    return this.#active === 0 ? 0 : this.#waiting / this.#active;
  }

  async #look(): Promise<void> {
    const { rows } = await this.#client.query<{ active: number; waiting: number }>(
      `SELECT count(*)::int AS active,
        (count(*) FILTER (WHERE wait_event_type = 'Lock'))::int AS waiting
      FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'
        AND pid <> pg_backend_pid()`,
    );
    this.#active += rows[0]?.active ?? 0;
    this.#waiting += rows[0]?.waiting ?? 0;
  }
}
