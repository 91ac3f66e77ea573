import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { Database } from '../storage/database.js';
import type { Schema } from '../storage/schema.js';
import { namePattern, type AuditFilter } from './domain/audit-filter.js';
import { checkedLimit, decodeCursor, encodeCursor } from './domain/audit-query.js';
import type { AuditPage, AuditPageRequest } from './domain/audit-query.js';
import { viewOf, type AuditEventView, type StoredEvent } from './domain/audit-view.js';
import type { KubernetesAuditEvent } from './domain/kubernetes-event.js';

/** A rare event is looked for in stretches of this length, between which other work goes on. */
const STRETCH = 50_000;
const OPEN_INTENTS_MAX = 10_000;

type Entries = ExpressionBuilder<{ e: Schema['audit_entries'] }, 'e'>;
interface Stretch {
  /** Exclusive. */
  readonly below: number;
  readonly from: number;
  readonly limit: number;
}

/** Reads the log; lists calls newest first, each once. */
export class AuditReader {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(filter: AuditFilter, request: AuditPageRequest): Promise<AuditPage> {
    const limit = checkedLimit(request.limit);
    let below = request.cursor === undefined ? await this.size() : decodeCursor(request.cursor);
    if (isOfNothing(filter)) return { items: [] };
    const found: StoredEvent[] = [];
    while (below > 0 && found.length <= limit) {
      const from = Math.max(0, below - STRETCH);
      found.push(...(await this.#find(filter, { below, from, limit: limit + 1 - found.length })));
      below = from;
      if (below > 0 && found.length <= limit) await nextTurn();
    }
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map((stored) => viewOf(stored)),
      ...(found.length > limit && last && { continue: encodeCursor(last.leafIndex) }),
    };
  }

  /** One event, or undefined. A write goes by the id of its intent. */
  async get(id: string): Promise<AuditEventView | undefined> {
    if (!/^(0|[1-9][0-9]{0,14})$/.test(id)) return undefined;
    const index = Number(id);
    const [stored] = await this.#find({}, { below: index + 1, from: index, limit: 1 });
    return stored && viewOf(stored);
  }

  /** The number of entries, which is the next leaf index. */
  async size(): Promise<number> {
    const row = await this.#database.query((db) =>
      db.selectFrom('audit_head').select('size').executeTakeFirstOrThrow(),
    );
    return row.size;
  }

  /** Intents without an outcome, oldest first. */
  async openIntents(): Promise<readonly KubernetesAuditEvent[]> {
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select('event')
        .where('stage', '=', sql.lit('intent'))
        .where('outcome_index', 'is', null)
        .orderBy('leaf_index')
        .limit(OPEN_INTENTS_MAX)
        .execute(),
    );
    return rows.map((row) => parse(row.event));
  }

  async #find(filter: AuditFilter, stretch: Stretch): Promise<StoredEvent[]> {
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('audit_entries as e')
        .leftJoin('audit_entries as o', 'o.leaf_index', 'e.outcome_index')
        .select(['e.leaf_index', 'e.event', 'o.event as outcome'])
        // A literal, so that SQLite sees that the partial indexes hold all it needs.
        .where('e.stage', '<>', sql.lit('outcome'))
        .where('e.leaf_index', '<', stretch.below)
        .where('e.leaf_index', '>=', stretch.from)
        .where((eb) => eb.and(conditions(eb, filter)))
        .orderBy('e.leaf_index', 'desc')
        .limit(stretch.limit)
        .execute(),
    );
    return rows.map((row) => ({
      leafIndex: row.leaf_index,
      event: parse(row.event),
      ...(row.outcome !== null && { outcome: parse(row.outcome) }),
    }));
  }
}

/** Reports of the cluster come with the audit webhook; there are none yet. */
function isOfNothing(filter: AuditFilter): boolean {
  return filter.source === 'cluster' || filter.action?.length === 0;
}

function conditions(eb: Entries, filter: AuditFilter): Expression<SqlBool>[] {
  const { outcome } = filter;
  return [
    ...named(eb, 'e.namespace', filter.namespace),
    ...named(eb, 'e.secret', filter.secret),
    ...named(eb, 'e.user', filter.user),
    ...named(eb, 'e.credential_id', filter.credential),
    ...named(eb, 'e.source_ip', filter.sourceIp),
    ...listed('keys', filter.key),
    ...listed('groups', filter.group),
    ...listed('marks', filter.mark),
    ...(filter.action
      ? [eb.or(filter.action.map((one) => eb.and(named(eb, 'e.action', one))))]
      : []),
    ...(filter.code === undefined ? [] : [eb('e.code', '=', filter.code)]),
    ...(filter.plane === undefined ? [] : [eb('e.plane', '=', filter.plane)]),
    ...(outcome === undefined ? [] : [eb('e.outcome', '=', outcome)]),
    ...(outcome === undefined || outcome === 'allowed'
      ? []
      : [eb('e.outcome', '<>', sql.lit('allowed'))]),
    ...(filter.sinceMs === undefined ? [] : [eb('e.time_ms', '>=', filter.sinceMs)]),
    ...(filter.untilMs === undefined ? [] : [eb('e.time_ms', '<', filter.untilMs)]),
  ];
}

type NameColumn = `e.${'namespace' | 'secret' | 'user' | 'credential_id' | 'source_ip' | 'action'}`;

function named(eb: Entries, column: NameColumn, name: string | undefined): Expression<SqlBool>[] {
  if (name === undefined) return [];
  const { text, isPrefix } = namePattern(name);
  if (!isPrefix) return [eb(column, '=', text)];
  // Names are compared as UTF-8 bytes, and no name goes on with the last code point there is.
  return [eb(column, '>=', text), eb(column, '<', `${text}\u{10ffff}`)];
}

function listed(
  column: 'keys' | 'groups' | 'marks',
  name: string | undefined,
): Expression<SqlBool>[] {
  if (name === undefined) return [];
  const { text, isPrefix } = namePattern(name);
  const wanted = isPrefix ? `\n${text}` : `\n${text}\n`;
  return [sql<SqlBool>`instr(${sql.ref(`e.${column}`)}, ${wanted}) > 0`];
}

// Our own JSON, made from this type.
function parse(bytes: Uint8Array): KubernetesAuditEvent {
  return JSON.parse(new TextDecoder().decode(bytes)) as KubernetesAuditEvent;
}
