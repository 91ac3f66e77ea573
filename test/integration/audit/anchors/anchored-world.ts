import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { acceptRollbacks } from '../../../../src/audit/anchors/accept-rollback.js';
import { type Anchor, type AnchorCall, isReadable } from '../../../../src/audit/anchors/anchor.js';
import {
  AnchorPublisher,
  type AnchorPublisherDependencies,
} from '../../../../src/audit/anchors/anchor-publisher.js';
import { AnchoredLog } from '../../../../src/audit/anchors/anchored-log.js';
import { RollbackGuard } from '../../../../src/audit/anchors/rollback-guard.js';
import type {
  AnchoredNote,
  AnchoredTree,
} from '../../../../src/audit/anchors/domain/anchored-tree.js';
import type { AnchoringRule } from '../../../../src/audit/anchors/domain/anchoring-due.js';
import type { AuditFacts } from '../../../../src/audit/domain/audit-event.js';
import { emptyRoot } from '../../../../src/audit/log/domain/tree-hash.js';
import type { StoredCheckpoint } from '../../../../src/audit/log/log-store.js';
import { Outbox } from '../../../../src/audit/sinks/outbox.js';
import { callContext } from '../../../unit/audit/audit-builders.js';
import { type AuditFolder, openAudit } from '../audit-fixture.js';
import { writable } from '../sinks/fed-log.js';
import { type TreeFixture, append, temporaryKey, treeOver } from '../log-fixture.js';
import { storedEntries } from '../../../support/stored-entries.js';
import { rowKeyOf } from '../../../unit/encryption/row-integrity.builder.js';

const DONE = { outcome: 'allowed', code: 200, plane: 'none', upstreamIds: [] } as const;
export const atOnce: AnchoringRule = { everyMs: 0, everyEvents: 1 };

/** A signed log in a folder, whose database can be set aside and put back. */
export class AnchoredWorld {
  readonly dir = mkdtempSync(join(tmpdir(), 'sallyport-anchors-'));
  readonly alarms: string[] = [];
  /** How often a keeper found that the log does not lead to what its place has. */
  contradictions = 0;
  /** Sizes that keepers found of a branch that was given up, beyond what was accepted. */
  readonly moreLost: number[] = [];
  readonly #key = temporaryKey();
  #audit: AuditFolder | undefined;
  #tree: TreeFixture | undefined;

  static async open(): Promise<AnchoredWorld> {
    const world = new AnchoredWorld();
    await world.start();
    return world;
  }

  get audit(): AuditFolder {
    if (this.#audit === undefined) throw new Error('the log is closed');
    return this.#audit;
  }

  get tree(): TreeFixture {
    if (this.#tree === undefined) throw new Error('the log is closed');
    return this.#tree;
  }

  get log(): AnchoredLog {
    const { database } = this.audit;
    return new AnchoredLog({ database, ...this.tree });
  }

  file(name: string): string {
    return join(this.dir, name);
  }

  async start(): Promise<void> {
    this.#audit = await openAudit(join(this.dir, 'data'));
    this.#tree = treeOver(this.#audit.database, this.#key.keyFile);
    await writable(this.#audit.writer);
  }

  async stop(): Promise<void> {
    await this.#audit?.close();
    this.#audit = undefined;
  }

  /** Appends so many events and signs the log. */
  async grow(count: number): Promise<StoredCheckpoint> {
    await append(this.audit, count);
    return this.tree.integrator.publish();
  }

  guard(...anchors: readonly Anchor[]): RollbackGuard {
    const onAlarm = (message: string) => void this.alarms.push(message);
    return new RollbackGuard({ anchors: anchors.filter(isReadable), log: this.log, onAlarm });
  }

  keeper(
    anchor: Anchor,
    rule = atOnce,
    isVerified = () => true,
    more: Partial<Pick<AnchorPublisherDependencies, 'outbox' | 'aloneMs'>> = {},
  ): AnchorPublisher {
    const { database } = this.audit;
    const { outbox = new Outbox({ database, owner: randomUUID(), rowKey: rowKeyOf() }), aloneMs } =
      more;
    return new AnchorPublisher({
      anchor,
      log: this.log,
      outbox,
      ...(aloneMs !== undefined && { aloneMs }),
      rule,
      isVerified,
      record: ({ size, root }, place) => {
        const rootHash = Buffer.from(root).toString('base64');
        const facts = { action: 'audit.anchor', log: { place, treeSize: size, rootHash } } as const;
        return this.audit.service.record(callContext(), facts, DONE);
      },
      onAlarm: (message) => void this.alarms.push(message),
      onContradiction: () => void (this.contradictions += 1),
      onMoreLost: ({ size }) => void this.moreLost.push(size),
    });
  }

  call(accepted: AnchorCall['accepted'] = []): AnchorCall {
    const verifiers = this.tree.verifiers();
    return { signal: AbortSignal.timeout(10_000), accepted, verifiers };
  }

  /** Writes into the log that what is found is accepted, as the command does. */
  async accept(found: RollbackGuard['found'], context = callContext()): Promise<void> {
    const { signer } = this.tree.keyFile.keys();
    const current = (await this.log.newest()) ?? { size: 0, root: emptyRoot() };
    const record = (facts: AuditFacts) => this.audit.service.record(context, facts, DONE);
    await acceptRollbacks(found, { signer, current, record });
  }

  /** Puts a checkpoint of this log, as a keeper does. */
  async put(anchor: Anchor, checkpoint: StoredCheckpoint, call = this.call()) {
    const beginsWith = (known: AnchoredTree) => this.log.beginsWith(known, checkpoint);
    const onMoreLost = ({ size }: AnchoredNote) => void this.moreLost.push(size);
    await anchor.put(checkpoint, { ...call, beginsWith, onMoreLost });
  }

  /** Changes what the database says of all places, as who can write it can. */
  async outboxSays(row: Readonly<Record<string, string | number>>): Promise<void> {
    await this.audit.database.query((db) => db.updateTable('audit_outbox').set(row).execute());
  }

  /** The same of all entries, past what guards them. */
  async sayOfAll(row: Readonly<Record<string, string>>): Promise<void> {
    await this.audit.database.query(async (db) => {
      const guards = await sql<{ name: string; sql: string }>`SELECT name, sql FROM sqlite_schema
        WHERE type = 'trigger' AND tbl_name = 'audit_entries'`.execute(db);
      for (const { name } of guards.rows) await sql`DROP TRIGGER ${sql.ref(name)}`.execute(db);
      await db.updateTable('audit_entries').set(row).execute();
      for (const guard of guards.rows) await sql.raw(guard.sql).execute(db);
    });
  }

  /** Texts of the events of one action, in the order of the log. */
  async eventsOf(action: string): Promise<readonly Record<string, string>[]> {
    const rows = await storedEntries(this.audit.database);
    return rows
      .filter((row) => row.action === action)
      .map(({ event }) => {
        const parsed = JSON.parse(Buffer.from(event).toString()) as {
          annotations: Record<string, string>;
        };
        return parsed.annotations;
      });
  }

  async remove(): Promise<void> {
    await this.stop();
    this.#key.remove();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
