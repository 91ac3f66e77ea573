import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogKeyFile } from '../../../src/audit/log/log-key-file.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { allOfTokens, eventually, virtual } from '../../support/tokens-world.js';
import { type Costs, costsOf, walOfSequencer } from './statement-counts.js';

const page = readFileSync('docs/postgresql.md', 'utf8');
const path = '/v1/namespaces/pay/secrets';
const TIMES = 30;
/** More than the versions that a history keeps, so that each write also removes one. */
const WRITES_BEFORE = 40;
const TOLERANCE = 0.25;

/** Settings that keep images of whole pages out of the WAL after the first change of each. */
const withoutCheckpoints = { checkpoint_timeout: '1h', max_wal_size: '4GB' };
const rights = [
  ...[allOfSecrets, allOfTokens, virtual('auditevents', 'list')],
  virtual('secretversions', 'get', 'list'),
];

interface Documented extends Costs {
  /** Whether the number of statements depends on time. */
  readonly isAbout: boolean;
}

/** Costs of an operation as the page has them. */
function documented(operation: string): Documented {
  const cells = page
    .split('\n')
    .find((line) => line.startsWith(`| ${operation} |`))
    ?.split('|')
    .map((cell) => cell.trim());
  const [, , statements = '', walBytes = '', changed = ''] = cells ?? [];
  const named = [...changed.matchAll(/`([a-z_]+)`/g)].map(([, name]) => String(name));
  const ofWrite = changed.startsWith('those of a write')
    ? documented('write a Secret').changed
    : [];
  return {
    statements: Number(statements.replace('about ', '')),
    isAbout: statements.startsWith('about '),
    walBytes: numberOf(walBytes),
    changed: [...named, ...ofWrite].sort(),
  };
}

const numberOf = (text: string | undefined): number => Number(text?.replaceAll(',', ''));

function expectAbout(seen: number, expected: number): void {
  expect.soft(seen).toBeGreaterThan(expected * (1 - TOLERANCE));
  expect.soft(seen).toBeLessThan(expected * (1 + TOLERANCE));
}

/** Guarantee: the table of costs on the page is what the server counts. */
describe('statements of an operation on PostgreSQL', () => {
  let dir: string;
  let server: PostgresServer;
  let url: string;
  let world: RotationWorld;
  let owner: string;
  let token: string;
  let count = 0;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sallyport-statements-'));
    const keyFile = join(dir, 'log.key');
    new LogKeyFile({ path: keyFile }).create();
    const file = join(dir, 'history.key');
    writeFileSync(file, randomBytes(32), { mode: 0o600 });
    server = await PostgresServer.start({
      shared_preload_libraries: 'pg_stat_statements',
      ...withoutCheckpoints,
    });
    url = await server.createDatabase();
    await server.run('CREATE EXTENSION pg_stat_statements', url);
    const encryption = { keys: [{ id: 'shared', source: { file } }] };
    world = await RotationWorld.start('pay', { storage: { url }, audit: { keyFile }, encryption });
    owner = await world.installation.user('pay', 'all', rights);
    await world.seed('db', { password: 'hunter2-hunter2' });
    for (let write = 0; write < WRITES_BEFORE; write += 1) await patch();
    token = (JSON.parse((await mint()).text) as { token: string }).token;
    await world.rotate('db', { generate: [{ key: 'password', password: { length: 40 } }] });
  });

  afterAll(async () => {
    await world?.stop();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function call(what: Call, credential = owner): Promise<Answer> {
    const answer = await send(world.url, { token: credential, ...what });
    if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.text}`);
    return answer;
  }

  function patch(headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    count += 1;
    const body = { stringData: { pin: `pin-${count}` } };
    return call({ method: 'PATCH', path: `${path}/db`, headers, body });
  }

  const mint = (): Promise<Answer> => {
    const body = { description: 'ci', expiresInSeconds: 3_600, scope: { namespaces: ['pay'] } };
    return call({ method: 'POST', path: '/v1/tokens', body });
  };

  /** Runs a rotation; asks the cluster for its end, which costs the database nothing. */
  async function rotate(): Promise<void> {
    const { id } = await world.begin('db');
    await eventually(async () => {
      const { status } = await world.policy('db');
      expect(JSON.stringify(status)).toContain(id);
      expect(status?.['state']).toBe('succeeded');
    });
  }

  const operations: Readonly<Record<string, () => Promise<unknown>>> = {
    'read a Secret or one key': () => call({ path: `${path}/db` }),
    'read with a gateway token': () => call({ path: `${path}/db` }, token),
    'list Secrets': () => call({ path }),
    'list versions': () => call({ path: `${path}/db/versions` }),
    'search the audit log': () => call({ path: '/v1/audit/events?namespace=pay&limit=10' }),
    'write a Secret': () => patch(),
    'write with an `Idempotency-Key`': () =>
      patch({ 'idempotency-key': randomBytes(8).toString('hex') }),
    'create a token': mint,
    'rotate a Secret (generate only)': rotate,
  };

  it.each(Object.entries(operations))('%s', async (name, operation) => {
    const seen = await costsOf({ server, url }, operation, TIMES);
    const expected = documented(name);
    expect.soft(seen.changed).toEqual(expected.changed);
    expectAbout(seen.walBytes, expected.walBytes);
    if (expected.isAbout) expectAbout(seen.statements, expected.statements);
    else expect.soft(seen.statements).toBe(expected.statements);
  });

  it('moves each event to the log for the bytes that the page names', async () => {
    const isMoved = async () =>
      (await server.run('SELECT 1 FROM audit_queue LIMIT 1', url)).length === 0;
    await expect.poll(isMoved).toBe(true);
    await costsOf({ server, url }, () => call({ path }), TIMES);
    await expect.poll(isMoved).toBe(true);
    const bytes = numberOf(/about ([\d,]+) bytes of WAL for each event/.exec(page)?.[1]);
    expectAbout((await walOfSequencer(server, url)) / TIMES, bytes);
  });
});
