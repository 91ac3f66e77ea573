import { limits } from '../core/limits.js';
import type { SearchReads } from '../platform/storage/reads.js';
import type { AlteredEntries } from './altered-entries.js';
import type { AuditCounts, AuditDimension } from './domain/audit-dimension.js';
import type { AuditFilter } from './domain/audit-filter.js';
import type { AuditPage, AuditPageRequest } from './domain/audit-query.js';
import { type AuditEventView, type StoredEvent, viewOf } from './domain/audit-view.js';
import { checkedEvent, type ReadEntry } from './domain/checked-event.js';
import type { KubernetesAuditEvent } from './domain/kubernetes-event.js';
import { ofCall } from './log/log-store.js';
import { countEvents } from './search/event-counts.js';
import { listEvents } from './search/event-list.js';
import { logSize } from './search/log-size.js';
import { OpenIntents } from './search/open-intents.js';
import { Turns } from '../core/turns.js';

type Searched = Omit<SearchReads, 'close'>;

/** Reader of the log; lists calls newest first, each once. */
export class AuditReader {
  readonly #database: Searched;
  readonly #counting: Searched;
  readonly #altered: Pick<AlteredEntries, 'tell'>;
  readonly #intents: OpenIntents;
  readonly #turns = new Turns(
    limits.auditCountsAtOnceMax,
    limits.auditCountsWaitingMax,
    'counts of audit events',
  );

  /**
   * `altered` receives altered entries; `counting`: reads for counts, so that other queries need
   * not wait for them.
   */
  constructor(database: Searched, altered: Pick<AlteredEntries, 'tell'>, counting = database) {
    this.#database = database;
    this.#altered = altered;
    this.#counting = counting;
    this.#intents = new OpenIntents(database);
  }

  async list(filter: AuditFilter, request: AuditPageRequest): Promise<AuditPage> {
    const parts = { database: this.#database, intents: this.#intents, altered: this.#altered };
    return listEvents(parts, filter, request);
  }

  /** Counts by one dimension; throws Timeout, Invalid or TooManyRequests. */
  async counts(filter: AuditFilter, by: AuditDimension, limit: number): Promise<AuditCounts> {
    return this.#turns.run(() => countEvents(this.#counting, this.#intents, filter, { by, limit }));
  }

  /** Returns one event, or undefined. A write has the id of its intent. */
  async get(id: string): Promise<AuditEventView | undefined> {
    if (!/^(0|[1-9][0-9]{0,14})$/.test(id)) return undefined;
    await this.#database.integrated();
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select(['stage', 'leaf_index', 'call_index', 'source', 'event', 'leaf_hash'])
        .where(ofCall(Number(id)))
        .execute(),
    );
    const row = rows.find(({ stage }) => stage !== 'intent') ?? rows[0];
    return row && viewOf(this.#checked(row));
  }

  /** Returns the number of entries, which is the next leaf index. */
  async size(): Promise<number> {
    await this.#database.integrated();
    return logSize(this.#database);
  }

  /** Returns a bounded number of intents without an outcome, oldest first, by call index. */
  async openIntents(): Promise<
    readonly { readonly callIndex: number; readonly event: KubernetesAuditEvent }[]
  > {
    await this.#database.integrated();
    const { openIntents: indexes } = await this.#intents.find();
    if (indexes.length === 0) return [];
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select(['leaf_index', 'call_index', 'source', 'event', 'leaf_hash'])
        .where('leaf_index', 'in', indexes)
        .orderBy('leaf_index')
        .execute(),
    );
    // An altered entry is not an intent: nothing is concluded from it.
    return rows.map((row) => this.#checked(row)).filter(({ isAltered }) => !isAltered);
  }

  #checked(row: ReadEntry): StoredEvent {
    const stored = checkedEvent(row);
    if (stored.isAltered) this.#altered.tell(stored.leafIndex);
    return stored;
  }
}
