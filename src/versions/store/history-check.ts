import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { SealedTable } from '../../encryption/domain/row-mac.js';
import type { Database } from '../../platform/storage/database.js';
import type { Schema } from '../../platform/storage/schema.js';
import { type HistoryRow, SEALED_COLUMNS } from './version-rows.js';
import { type HistoryName, stateElement, type VersionSeals } from './version-seals.js';

/** Row that no gateway has written as it is. */
export interface ForeignRow {
  readonly historyId: number;
  readonly table: SealedTable;
  readonly name: string;
}

export interface CheckedHistories {
  readonly foreign: readonly ForeignRow[];
  /** Position of the next part; undefined at the end. */
  readonly lastId: number | undefined;
}

/** Compares histories with their MACs and digests in parts. */
export class HistoryCheck {
  readonly #database: Database;
  readonly seals: VersionSeals;

  constructor(database: Database, seals: VersionSeals) {
    this.#database = database;
    this.seals = seals;
  }

  /** Checks histories with a larger id, at most `historiesCheckedAtOnceMax`. */
  async next(afterId: number): Promise<CheckedHistories> {
    const max = limits.historiesCheckedAtOnceMax;
    const histories = await this.#histories((db) =>
      db.selectFrom('secret_histories').selectAll().where('id', '>', afterId).orderBy('id'),
    );
    const found = new Map<number, readonly ForeignRow[]>();
    for (const row of histories) found.set(row.id, await this.#foreignIn(row));
    const suspects = [...found].flatMap(([id, foreign]) => (foreign.length > 0 ? [id] : []));
    const unmoved = suspects.length === 0 ? [] : await this.#unmoved(histories, suspects);
    const lastId = histories.length < max ? undefined : histories.at(-1)?.id;
    const foreign = unmoved.flatMap((id) => found.get(id) ?? []);
    return {
      foreign: lastId === undefined ? [...foreign, ...(await this.#strays())] : foreign,
      lastId,
    };
  }

  /**
   * Returns histories whose digest is unchanged. Every change of a version or an alias changes the
   * digest. If it is equal, the rows read in between are consistent.
   */
  async #unmoved(
    before: readonly HistoryRow[],
    suspects: readonly number[],
  ): Promise<readonly number[]> {
    const after = await this.#histories((db) =>
      db.selectFrom('secret_histories').selectAll().where('id', 'in', suspects),
    );
    const digests = new Map(after.map(({ id, digest, mac }) => [id, textOf(digest, mac)]));
    return before.flatMap(({ id, digest, mac }) =>
      digests.get(id) === textOf(digest, mac) ? [id] : [],
    );
  }

  async #foreignIn(history: HistoryRow): Promise<readonly ForeignRow[]> {
    const foreign: ForeignRow[] = [];
    const name = historyNameOf(history);
    const add = (table: SealedTable, row: string): void => {
      foreign.push({ historyId: history.id, table, name: row });
    };
    if (!this.seals.isHistoryOurs(history)) add('secret_histories', name);
    const elements: Uint8Array[] = [];
    let after = 0;
    for (;;) {
      const rows = await this.#versions(history.id, after);
      for (const row of rows) {
        elements.push(stateElement(row));
        const version = `${name} version ${row.version}`;
        if (!this.seals.isVersionOurs(history.name, row)) {
          add('secret_versions', version);
        } else if ((row.state !== 'destroyed') !== (row.payload_id !== null)) {
          add('version_states', `${version} (its values)`);
        }
      }
      after = rows.at(-1)?.version ?? after;
      if (rows.length < limits.versionRowsAtOnceMax) break;
    }
    for (const row of await this.#aliases(history.id)) {
      elements.push(row.mac ?? new Uint8Array());
      if (this.seals.isAliasOurs(history, row)) continue;
      add('version_aliases', `${name} ${row.alias}`);
    }
    const isWhole = foreign.length > 0 || this.seals.isWhole(history, elements);
    if (!isWhole) add('secret_histories', `${name} (versions or aliases)`);
    return foreign;
  }

  /** Returns versions without a history, which nobody can find any more. */
  async #strays(): Promise<readonly ForeignRow[]> {
    const stray = await this.#database.query(
      (db) =>
        db
          .selectFrom('secret_versions')
          .select(['history_id', 'namespace_uid', 'version'])
          .where('history_id', 'not in', db.selectFrom('secret_histories').select('id'))
          .limit(1)
          .executeTakeFirst(),
      'work',
    );
    if (stray === undefined) return [];
    const { history_id: historyId, namespace_uid: uid } = stray;
    const name = `${uid} history ${historyId} (it is gone)`;
    return [{ historyId, table: 'secret_histories', name }];
  }

  #versions(historyId: number, after: number) {
    return this.#database.query(
      (db) =>
        db
          .selectFrom('secret_versions')
          .leftJoin('version_payloads', 'version_payloads.id', 'secret_versions.id')
          .select(SEALED_COLUMNS.map((column) => `secret_versions.${column}` as const))
          .select('version_payloads.id as payload_id')
          .where('history_id', '=', historyId)
          .where('version', '>', after)
          .orderBy('version')
          .limit(limits.versionRowsAtOnceMax)
          .execute(),
      'work',
    );
  }

  #aliases(historyId: number) {
    return this.#database.query(
      (db) =>
        db.selectFrom('version_aliases').selectAll().where('history_id', '=', historyId).execute(),
      'work',
    );
  }

  #histories(find: (db: Kysely<Schema>) => Find): Promise<readonly HistoryRow[]> {
    const max = limits.historiesCheckedAtOnceMax;
    return this.#database.query((db) => find(db).limit(max).execute(), 'work');
  }
}

interface Find {
  limit(count: number): { execute(): Promise<HistoryRow[]> };
}

/** Returns a history's name for operators. */
export function historyNameOf({ namespace_uid: uid, name }: HistoryName): string {
  return `${uid}/${name}`;
}

function textOf(...bytes: readonly (Uint8Array | null)[]): string {
  return bytes.map((one) => (one === null ? '' : Buffer.from(one).toString('base64'))).join(' ');
}
