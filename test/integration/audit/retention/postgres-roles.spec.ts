import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prune } from '../../../../src/audit/retention/prune.js';
import { PruneStore } from '../../../../src/audit/retention/prune-store.js';
import { DeadLetters } from '../../../../src/audit/sinks/dead-letters.js';
import { Outbox } from '../../../../src/audit/sinks/outbox.js';
import { PostgresDatabase } from '../../../../src/platform/storage/postgres/postgres-database.js';
import { PostgresServer, type TestRole } from '../../../postgres/postgres-server.js';
import { auditOver, entry } from '../audit-fixture.js';
import { temporaryKey, treeOver } from '../log-fixture.js';
import { writable } from '../sinks/fed-log.js';
import { rowKeyOf } from '../../../unit/encryption/row-integrity.builder.js';
import { rowMac } from '../../../unit/encryption/row-integrity.builder.js';

const rolesSql = readFileSync('deploy/postgres/roles.sql', 'utf8');
const key = temporaryKey();
let server: PostgresServer;
let url: string;
let runtime: TestRole;
let pruner: TestRole;

beforeAll(async () => {
  server = await PostgresServer.start();
  url = await server.createDatabase();
  await server.run(rolesSql, url);
  const owner = await server.createRole('sallyport_owner');
  runtime = await server.createRole('sallyport_runtime');
  pruner = await server.createRole('sallyport_pruner');
  await (await PostgresDatabase.open(owner.url(url))).close();
  await server.run(rolesSql, url);
});

afterAll(async () => {
  await server.stop();
  key.remove();
});

/** Guarantee: the rights that are shipped let gateways feed sinks, and the pruner prune. */
it('feeds sinks as the role of gateways, and prunes as the role for that alone', async () => {
  const gateway = auditOver(await PostgresDatabase.open(runtime.url(url)));
  await writable(gateway.writer);
  await Promise.all(Array.from({ length: 600 }, () => gateway.writer.append(entry())));
  await gateway.searches.integrated();
  await treeOver(gateway.database, key.keyFile).integrator.publish();
  const outbox = new Outbox({
    database: gateway.database,
    owner: 'gateway',
    rowKey: rowKeyOf(),
  });
  expect(await outbox.lease('siem')).toBe(0);
  const { entries } = await outbox.pending(0);
  await outbox.bury('siem', entries.slice(0, 3), 'the answer has status 400');
  expect(await outbox.advance('siem', 600)).toBe(true);
  expect(await outbox.deadLetters('siem')).toBe(3);
  const letters = (database: PostgresDatabase) => new DeadLetters(database, 'siem');
  const [taken] = await letters(gateway.database).from(0);
  const some = taken === undefined ? [] : [taken];
  await expect(letters(gateway.database).remove(some)).rejects.toThrow('permission denied');
  // For want of room also what a sink would not take.
  const rules = { retention: { maxBytes: 1 }, anchors: [], sinks: ['siem'] };
  const parts = { ...rules, record: () => Promise.resolve() };
  const mayNot = prune({ ...parts, store: new PruneStore(gateway.database, rowMac()) });
  await expect(mayNot).rejects.toThrow('permission denied');
  await gateway.close();

  const operator = await PostgresDatabase.open(pruner.url(url));
  await letters(operator).remove(some);
  expect(await letters(operator).count()).toBe(2);
  const range = await prune({ ...parts, store: new PruneStore(operator, rowMac()) });
  expect(range).toEqual({ from: 0, to: 512 });
  const [left] = await server.run('SELECT min(leaf_index)::int AS first FROM audit_entries', url);
  expect(left).toEqual({ first: 512 });
  expect(await server.run('SELECT leaf_index FROM audit_dead_letters', url)).toEqual([]);
  await operator.close();
});
