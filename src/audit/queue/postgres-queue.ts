import { randomInt } from 'node:crypto';
import type pg from 'pg';
import { limits } from '../../core/limits.js';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import { checkServer } from '../../platform/storage/postgres/check-server.js';
import { openClient, type OpenClient } from '../../platform/storage/postgres/open-client.js';
import { paces } from '../../platform/storage/postgres/paces.js';
import {
  isConnectionLost,
  toPostgresError,
} from '../../platform/storage/postgres/postgres-error.js';
import { serverName } from '../../platform/storage/postgres/server-address.js';
import { StorageError } from '../../platform/storage/storage-error.js';
import {
  type AppendLog,
  type AppendLogOptions,
  type Appended,
  LogShrunk,
  LogUnreachable,
} from '../append-log.js';
import type { LogEntry } from '../domain/log-entry.js';
import { type ChainTail, linked } from './domain/chain.js';
import { checkedHead } from './sequencer-writes.js';
import {
  beginChanges,
  integratedSequence,
  lockedTail,
  queued,
  registerChain,
} from './queue-statements.js';

const NONE: ReadonlySet<number> = new Set();
/** Writers have random ids: two with one id would be refused at the first batch. */
const WRITERS = 2 ** 47;

export interface PostgresQueueOptions extends Pick<AppendLogOptions, 'mac'> {
  readonly tail?: ChainTail;
  /** Entries of this process that may wait for the sequencer. */
  readonly entriesMax?: number;
}

/**
 * Queue of audit entries in PostgreSQL. A batch is durable without a lock that other processes
 * share: each process has a chain of its own. A sequencer gives the entries their leaf indexes
 * later. After any error, and when its time is over, the connection is dropped. The batch is never
 * retried, because a lost response may have been a commit's.
 */
export class PostgresQueue implements AppendLog {
  readonly #url: string;
  readonly #server: string;
  readonly #mac: RowMac;
  readonly #entriesMax: number;
  #open: OpenClient | undefined;
  /** End of the chain after the last append; undefined before the first. */
  #tail: ChainTail | undefined;
  #writtenMs = Date.now();
  #behind = 0;

  constructor(
    url: string,
    { mac, tail, entriesMax = limits.auditQueuedEntriesMax }: PostgresQueueOptions,
  ) {
    this.#url = url;
    this.#server = serverName(url);
    this.#mac = mac;
    this.#tail = tail;
    this.#entriesMax = entriesMax;
  }

  /** Entries of this chain that were not in the log at the last append. */
  get behind(): number {
    return this.#behind;
  }

  /**
   * Throws StorageError, and has appended nothing, if `entriesMax` entries wait for the sequencer.
   */
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
    this.#tail = undefined;
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
    if (this.#isOld) this.#tail = undefined;
    if (this.#tail !== undefined) this.#tail = await this.#storedTail(open.client, this.#tail);
    return open;
  }

  /**
   * Returns where the chain has ended: a batch whose response was lost may have been stored. Throws
   * LogShrunk if stored entries of it are missing.
   */
  async #storedTail(client: pg.Client, last: ChainTail): Promise<ChainTail> {
    const stored = await lockedTail(client, last.writer, this.#mac);
    const isOlder = stored === undefined || stored.sequence < last.sequence;
    const isOther =
      stored?.sequence === last.sequence && Buffer.compare(stored.hash, last.hash) !== 0;
    if (isOlder || isOther) throw new LogShrunk(last.sequence, stored?.sequence ?? 0);
    return stored;
  }

  async #commit(client: pg.Client, entries: readonly LogEntry[]): Promise<Appended> {
    const before = await this.#chainEnd(client);
    await this.#demandSpace(client, before);
    const hasChanges = entries.some(({ change }) => change !== undefined);
    const lost = hasChanges ? await beginChanges(client, entries) : NONE;
    const taken = lost.size === 0 ? entries : entries.filter((_, place) => !lost.has(place));
    const { rows, tail: after } = linked(taken, before, this.#mac);
    const { isTaken, integrated } = await queued(client, { before, rows, after }, this.#mac);
    if (!isTaken) throw new LogShrunk(before.sequence, 0);
    if (hasChanges) {
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new StorageError('the audit log was not committed');
    }
    this.#tail = after;
    this.#behind = after.sequence - integrated;
    this.#writtenMs = Date.now();
    const first = { writer: before.writer, sequence: before.sequence + 1 };
    return { first, lost, tail: after };
  }

  async #demandSpace(client: pg.Client, { writer, sequence }: ChainTail): Promise<void> {
    if (this.#behind < this.#entriesMax) return;
    this.#behind = sequence - (await integratedSequence(client, writer));
    if (this.#behind < this.#entriesMax) return;
    throw new StorageError(`${this.#behind} events of this gateway wait to be integrated`);
  }

  /** Returns the end of a chain that nobody deletes meanwhile. */
  async #chainEnd(client: pg.Client): Promise<ChainTail> {
    if (this.#tail === undefined || this.#isOld) {
      this.#tail = await registerChain(client, randomInt(1, WRITERS), this.#mac);
    }
    return this.#tail;
  }

  /** Whether the chain could be deleted soon, because it has not grown for long. */
  get #isOld(): boolean {
    return Date.now() - this.#writtenMs > limits.auditChainRenewedMs;
  }
}
