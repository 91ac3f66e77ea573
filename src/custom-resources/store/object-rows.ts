import { isDeepStrictEqual } from 'node:util';
import type { Kysely, Selectable } from 'kysely';
import type { RowValue } from '../../encryption/domain/row-mac.js';
import type { RowIntegrity } from '../../encryption/row-integrity.js';
import type { CustomResourceTable } from '../../platform/storage/custom-resources-schema.js';
import type { Database, QueryPace } from '../../platform/storage/database.js';
import { orUnavailable } from '../../platform/storage/or-unavailable.js';
import type { Schema } from '../../platform/storage/schema.js';
import { storable } from '../../platform/storage/storable.js';
import type { KnownAuthor, RecordedAuthor } from '../domain/author.js';
import {
  type ObjectFacts,
  type ObjectRecord,
  ObjectRecords,
  type RecordedObject,
} from '../domain/object-records.js';

type Row = Selectable<CustomResourceTable>;

/**
 * Facts about custom resources that are not in their cluster objects. Every method throws
 * Unavailable if the database cannot be used.
 */
export class ObjectRows extends ObjectRecords {
  readonly #database: Database;
  readonly #integrity: RowIntegrity;

  constructor(database: Database, integrity: RowIntegrity) {
    super();
    this.#database = database;
    this.#integrity = integrity;
  }

  /** Returns a row; an author or facts that no gateway has written count as absent. */
  override async get(uid: string): Promise<ObjectRecord | undefined> {
    const row = await this.#read(uid, 'request');
    if (row === undefined) return undefined;
    return this.#recordOf(row);
  }

  /** Stores the author of a spec. */
  override async saveAuthor(
    { uid, resource }: RecordedObject,
    { specHash, author }: { readonly specHash: string; readonly author: KnownAuthor },
  ): Promise<void> {
    const columns = {
      resource: storable(resource),
      spec_hash: storable(specHash),
      author: JSON.stringify(author),
    };
    const values = authorValues({ uid: storable(uid), ...columns });
    const author_mac = this.#integrity.macOf('custom_resource_authors', values);
    await this.#query((db) =>
      db
        .insertInto('custom_resources')
        .values({ uid: storable(uid), ...columns, author_mac })
        .onConflict((on) => on.column('uid').doUpdateSet({ ...columns, author_mac }))
        .execute(),
    );
  }

  /**
   * Replaces facts if they are still `before` (null: none); reports whether it replaced them. Facts
   * that no gateway has written are replaced like absent facts.
   */
  override async saveFacts(
    { uid, resource }: RecordedObject,
    { before, after }: { readonly before: ObjectFacts | null; readonly after: ObjectFacts },
  ): Promise<boolean> {
    const row = await this.#read(uid, 'work');
    const facts = row === undefined ? null : this.#factsOf(row);
    if (!isDeepStrictEqual(facts, asStored(before))) return false;
    const columns = { resource: storable(resource), facts: JSON.stringify(after) };
    const values = factsValues({ uid: storable(uid), ...columns });
    const facts_mac = this.#integrity.macOf('custom_resource_facts', values);
    return this.#replace({ uid: storable(uid), ...columns, facts_mac }, row);
  }

  override async list(
    resource: string,
    { after, limit }: { readonly after: string; readonly limit: number },
  ): Promise<readonly ObjectRecord[]> {
    const rows = await this.#query(
      (db) =>
        db
          .selectFrom('custom_resources')
          .selectAll()
          .where('resource', '=', storable(resource))
          .where('facts', 'is not', null)
          .where('uid', '>', storable(after))
          .orderBy('uid')
          .limit(limit)
          .execute(),
      'work',
    );
    return rows.map((row) => this.#recordOf(row));
  }

  override async remove(uid: string): Promise<void> {
    await this.#query((db) =>
      db.deleteFrom('custom_resources').where('uid', '=', storable(uid)).execute(),
    );
  }

  /** Writes facts if the stored facts are as read. */
  async #replace(
    { uid, ...columns }: Pick<Row, 'uid' | 'resource' | 'facts' | 'facts_mac'>,
    read: Pick<Row, 'facts' | 'facts_mac'> | undefined,
  ): Promise<boolean> {
    const { facts = null, facts_mac = null } = read ?? {};
    // Facts that were read, and whose row is deleted by now, are not facts that were absent.
    if (facts !== null) {
      const { numUpdatedRows } = await this.#query(
        (db) =>
          db
            .updateTable('custom_resources')
            .set(columns)
            .where('uid', '=', uid)
            .where('facts', '=', facts)
            .where('facts_mac', 'is not distinct from', facts_mac)
            .executeTakeFirstOrThrow(),
        'work',
      );
      return numUpdatedRows > 0n;
    }
    const { numInsertedOrUpdatedRows = 0n } = await this.#query(
      (db) =>
        db
          .insertInto('custom_resources')
          .values({ uid, ...columns })
          .onConflict((on) =>
            on.column('uid').doUpdateSet(columns).where('custom_resources.facts', 'is', null),
          )
          .executeTakeFirstOrThrow(),
      'work',
    );
    return numInsertedOrUpdatedRows > 0n;
  }

  #read(uid: string, pace: QueryPace): Promise<Row | undefined> {
    return this.#query(
      (db) =>
        db
          .selectFrom('custom_resources')
          .selectAll()
          .where('uid', '=', storable(uid))
          .executeTakeFirst(),
      pace,
    );
  }

  #recordOf(row: Row): ObjectRecord {
    return { uid: row.uid, ...this.#authorOf(row), facts: this.#factsOf(row) };
  }

  #authorOf(row: Row): RecordedAuthor {
    const { uid: name, spec_hash: specHash, author, author_mac: mac } = row;
    const nobody = { specHash: null, author: null };
    if (specHash === null && author === null) return nobody;
    const values = authorValues(row);
    if (!this.#integrity.holds('custom_resource_authors', { name, values, mac })) return nobody;
    // The gateway's own JSON, which its MAC proves.
    return { specHash, author: author === null ? null : (JSON.parse(author) as KnownAuthor) };
  }

  #factsOf(row: Row): ObjectFacts | null {
    const { uid: name, facts, facts_mac: mac } = row;
    if (facts === null) return null;
    const values = factsValues(row);
    if (!this.#integrity.holds('custom_resource_facts', { name, values, mac })) return null;
    return JSON.parse(facts) as ObjectFacts;
  }

  #query<T>(run: (db: Kysely<Schema>) => Promise<T>, pace: QueryPace = 'request'): Promise<T> {
    return orUnavailable(
      () => this.#database.query(run, pace),
      'what is known of custom resources cannot be read or written',
    );
  }
}

/** Returns the authenticated values of an author and a spec. */
export function authorValues(
  row: Pick<Row, 'uid' | 'resource' | 'spec_hash' | 'author'>,
): readonly RowValue[] {
  return [row.uid, row.resource, row.spec_hash, row.author];
}

/** Returns the authenticated values of facts. */
export function factsValues(row: Pick<Row, 'uid' | 'resource' | 'facts'>): readonly RowValue[] {
  return [row.uid, row.resource, row.facts];
}

/** Returns facts as a read returns them: JSON has no undefined members. */
function asStored(facts: ObjectFacts | null): unknown {
  return JSON.parse(JSON.stringify(facts));
}
