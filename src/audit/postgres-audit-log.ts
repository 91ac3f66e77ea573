import type pg from 'pg';
import { limits } from '../core/limits.js';
import type { RowMac } from '../encryption/domain/row-mac.js';
import { checkServer } from '../platform/storage/postgres/check-server.js';
import { openClient, type OpenClient } from '../platform/storage/postgres/open-client.js';
import { paces } from '../platform/storage/postgres/paces.js';
import { isConnectionLost, toPostgresError } from '../platform/storage/postgres/postgres-error.js';
import { serverName } from '../platform/storage/postgres/server-address.js';
import { StorageError } from '../platform/storage/storage-error.js';
import {
  type AppendLog,
  type AppendLogOptions,
  type Appended,
  LogShrunk,
  LogUnreachable,
} from './append-log.js';
import { entryRows, placedEntries } from './domain/entry-rows.js';
import type { LogEntry } from './domain/log-entry.js';
import { appendQueries, beginChanges, checkedHead, lockedHead } from './postgres-append.js';

const NONE: ReadonlySet<number> = new Set();

/**
 * Audit entries in PostgreSQL. A batch takes its indexes from the head, which stays locked until
 * the commit, so several gateways append one after another and without gaps. After any error, and
 * when its time is over, the connection is dropped. The batch is never retried, because a lost
 * response may have been a commit's.
 */
export class PostgresAuditLog implements AppendLog {
  readonly #url: string;
  readonly #server: string;
  readonly #mac: RowMac;
  #open: OpenClient | undefined;
  /** Size of the log after the last append: others may append as well, but never delete. */
  #written: number;

  constructor(url: string, { mac, written }: Pick<AppendLogOptions, 'mac' | 'written'>) {
    this.#url = url;
    this.#server = serverName(url);
    this.#mac = mac;
    this.#written = written;
  }

  async append(entries: readonly LogEntry[]): Promise<Appended> {
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      this.#drop();
    }, limits.postgresAppendMsMax);
    try {
      const { client } = this.#open ?? (await this.#connect());
      return await this.#commit(client, entries);
    } catch (error) {
      this.#drop();
      if (isLate) throw new LogUnreachable(`the database ${this.#server} did not answer in time`);
      if (error instanceof LogShrunk) throw error;
      const { message } = toPostgresError(this.#server, error);
      throw isConnectionLost(error) ? new LogUnreachable(message) : new StorageError(message);
    } finally {
      clearTimeout(deadline);
    }
  }

  forget(): void {
    this.#written = 0;
  }

  close(): Promise<void> {
    this.#drop();
    return Promise.resolve();
  }

  #drop(): void {
    this.#open?.drop();
    this.#open = undefined;
  }

  async #connect(): Promise<OpenClient> {
    const open = await openClient(this.#url, paces.append);
    this.#open = open;
    await checkServer(open.client, this.#server);
    await checkedHead(open.client);
    return open;
  }

  async #commit(client: pg.Client, entries: readonly LogEntry[]): Promise<Appended> {
    const hasChanges = entries.some(({ change }) => change !== undefined);
    const lost = hasChanges ? await beginChanges(client, entries) : NONE;
    const taken = entries.filter((_, place) => !lost.has(place));
    const head = await lockedHead(client, taken, hasChanges);
    if (head.first < this.#written) throw new LogShrunk(this.#written, head.first);
    const placed = placedEntries(taken, head.first, (call) => head.concluded.has(call));
    const at = { mac: this.#mac, nowMs: Date.now() };
    const rows = placed.map((entry) => entryRows(entry, entry.leafIndex, at));
    for (const query of appendQueries(rows)) await client.query(query);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new StorageError('the audit log was not committed');
    this.#written = head.first + taken.length;
    return { first: head.first, lost };
  }
}
