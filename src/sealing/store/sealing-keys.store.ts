import { Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { succeeded } from '../../audit/domain/audit-result.js';
import type { ChangeStatement } from '../../audit/domain/log-entry.js';
import { RecordedTransactions } from '../../calls/domain/recorded-transactions.js';
import { GatewayAccounts } from '../../core/gateway-accounts.js';
import { sealingLimits } from '../../core/sealing-limits.js';
import { RowIntegrity } from '../../encryption/row-integrity.js';
import { Database } from '../../platform/storage/database.js';
import { orUnavailable } from '../../platform/storage/or-unavailable.js';
import type { Schema } from '../../platform/storage/schema.js';
import { type SealingKeyRow, sealingKeyValues } from './sealing-key-rows.js';

const UNAVAILABLE = 'the keys for sealed values cannot be read or written';

/** Key pairs of the database. Every method throws Unavailable if it cannot be used. */
@Injectable()
export class SealingKeysStore {
  readonly #database: Database;
  readonly #integrity: RowIntegrity;
  readonly #transactions: RecordedTransactions;
  readonly #accounts: GatewayAccounts;

  constructor(
    database: Database,
    integrity: RowIntegrity,
    transactions: RecordedTransactions,
    accounts: GatewayAccounts,
  ) {
    this.#database = database;
    this.#integrity = integrity;
    this.#transactions = transactions;
    this.#accounts = accounts;
  }

  /** Returns the key pairs that gateways have written, the newest first. */
  async list(): Promise<readonly SealingKeyRow[]> {
    const rows = await this.#query((db) =>
      db
        .selectFrom('sealing_keys')
        .selectAll()
        .orderBy('generation', 'desc')
        .limit(sealingLimits.keysMax)
        .execute(),
    );
    return rows.filter((row) =>
      this.#integrity.holds('sealing_keys', {
        name: String(row.generation),
        values: sealingKeyValues(row),
        mac: row.mac,
      }),
    );
  }

  /** Returns the next number of a key pair. Rows of others count, because they take theirs. */
  async nextGeneration(): Promise<number> {
    const { newest } = await this.#query((db) =>
      db
        .selectFrom('sealing_keys')
        .select((eb) => eb.fn.max('generation').as('newest'))
        .executeTakeFirstOrThrow(),
    );
    // The maximum of no rows is null, although its type is that of the column.
    return Number(newest ?? 0) + 1;
  }

  /**
   * Stores a key pair and the event of it together. Returns false if another replica has stored
   * another pair under this number: then neither is stored.
   */
  async add(row: Omit<SealingKeyRow, 'mac'>, fingerprint: string): Promise<boolean> {
    const mac = this.#integrity.macOf('sealing_keys', sealingKeyValues(row));
    const guard = await this.#query((db) => Promise.resolve(insertion(db, { ...row, mac })));
    const facts = { action: 'sealing.renew', encryptionKey: fingerprint } as const;
    const record = { ctx: this.#accounts.self(), facts, result: succeeded };
    return this.#transactions.change(record, { key: 'sealing-keys', guard, rest: [] });
  }

  #query<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return orUnavailable(() => this.#database.query(run), UNAVAILABLE);
  }
}

function insertion(db: Kysely<Schema>, row: SealingKeyRow): ChangeStatement {
  const { sql, parameters } = db
    .insertInto('sealing_keys')
    .values(row)
    .onConflict((on) => on.column('generation').doNothing())
    .compile();
  return { sql, parameters };
}
