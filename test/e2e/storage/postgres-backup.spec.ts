import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Gateway, createGateway } from '../../../src/app/gateway.js';
import { keptCheckpointsIn } from '../../../src/audit/log/domain/saved-checkpoints.js';
import { run } from '../../../src/cli/run.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { postgresProgram } from '../../postgres/postgres-binaries.js';
import { PostgresServer, type TestRole } from '../../postgres/postgres-server.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { allOfTokens, virtual } from '../../support/tokens-world.js';
import { mayReadLog } from '../audit/log-world.js';

// What docs/back-up-and-restore.md says of PostgreSQL, with its own programs.

const path = '/v1/namespaces/pay/secrets/db';
const rolesSql = readFileSync('deploy/postgres/roles.sql', 'utf8');
const program = promisify(execFile);

let server: PostgresServer;
let installation: TestInstallation;
let gateway: Gateway | undefined;
let base: string;
let dir: string;
let tokens: { readonly owner: string; readonly reader: string };
let runtime: TestRole;

beforeAll(async () => {
  [server, installation] = await Promise.all([PostgresServer.start(), TestInstallation.start()]);
  await installation.serve('pay');
  const versions = virtual('secretversions', 'get', 'list');
  const owner = await installation.user('pay', 'owner', [allOfSecrets, allOfTokens, versions]);
  tokens = {
    owner,
    reader: await installation.user('pay', 'reader', [virtual('auditevents', 'list')]),
  };
  await mayReadLog(installation, 'reader');
});

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-dump-'));
  mkdirSync(join(dir, 'elsewhere'));
  writeFileSync(join(dir, 'history.key'), randomBytes(32), { mode: 0o600 });
});

afterEach(async () => {
  await stop();
  rmSync(dir, { recursive: true, force: true });
});

afterAll(async () => {
  await installation?.stop();
  await server?.stop();
});

/** A machine is a data folder, with the keys of both, and a database as one of the roles. */
function settingsOf(machine: string, url: string): string {
  const { mode, kubeconfig } = installation.config.kubernetes;
  const anchors = [{ file: { path: join(dir, 'elsewhere', 'checkpoints') } }];
  const file = join(dir, `${machine}.yaml`);
  const settings = {
    ...{ listen: { port: 0 }, health: { port: 0 }, dataDir: join(dir, machine) },
    kubernetes: { mode, kubeconfig },
    namespaces: { served: ['*'] },
    storage: { url },
    audit: { keyFile: join(dir, 'log.key'), anchorEverySeconds: 1, anchors },
    encryption: { keys: [{ id: 'shared', source: { file: join(dir, 'history.key') } }] },
  };
  writeFileSync(file, stringify(settings));
  return file;
}

async function command(machine: string, url: string, ...args: readonly string[]) {
  return sallyport(...args, '--config', settingsOf(machine, url));
}

async function sallyport(...args: readonly string[]) {
  const said = { out: '', err: '' };
  const code = await run(args, {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTerminal: false,
  });
  return { code, ...said };
}

/** As docs/postgresql.md sets it up; returns the URL of the gateways' role. */
async function setUpDatabase(): Promise<string> {
  const url = await server.createDatabase();
  await server.run(rolesSql, url);
  const owner = await server.createRole('sallyport_owner');
  runtime = await server.createRole('sallyport_runtime');
  const made = await command('operator', owner.url(url), 'audit', 'rotate-key');
  expect(made, made.err).toMatchObject({ code: 0 });
  await server.run(rolesSql, url);
  return runtime.url(url);
}

async function start(machine: string, url: string): Promise<void> {
  const config = loadConfig({ file: settingsOf(machine, url), environment: {} });
  gateway = await createGateway(config, { level: 'silent' });
  [base = ''] = await gateway.listen();
}

async function stop(): Promise<void> {
  await gateway?.stop();
  gateway = undefined;
}

const call = (wish: Call, token = tokens.owner): Promise<Answer> => send(base, { token, ...wish });

/** Its version. */
async function put(password: string): Promise<number> {
  const body = { stringData: { password } };
  const answer = await call({ method: 'PUT', path, body });
  expect(answer.status, answer.text).toBeLessThan(300);
  const known = async () => (await call({ path })).json()['version'];
  await expect.poll(known, { timeout: 10_000 }).toEqual(expect.any(Number));
  return Number(await known());
}

const old = (version: number) => call({ path: `${path}/keys/password?version=${version}` });

/** With the URL of the role that the gateway has, as the page does. */
async function dump(url: string): Promise<string> {
  const file = join(dir, 'monday.dump');
  await program(postgresProgram('pg_dump'), ['--format=custom', `--file=${file}`, url]);
  return file;
}

/** Into an empty database; returns the URL of the gateways' role. */
async function restore(file: string): Promise<string> {
  const url = await server.createDatabase('template0');
  await program(postgresProgram('pg_restore'), [`--dbname=${url}`, '--exit-on-error', file]);
  await server.run(rolesSql, url);
  return runtime.url(url);
}

/** What an auditor keeps: `keys`, and a checkpoint of some entries: one of none proves nothing. */
async function keepCheckpoint(): Promise<void> {
  const log = (what: string) => call({ path: `/v1/audit/${what}` }, tokens.reader);
  writeFileSync(join(dir, 'keys'), (await log('keys')).text);
  const signed = async () => keptCheckpointsIn((await log('checkpoint')).text)[0]?.size;
  await expect.poll(signed, { timeout: 10_000 }).toBeGreaterThan(0);
  writeFileSync(join(dir, 'kept'), (await log('checkpoint')).text);
}

async function verifiedLog() {
  const exported = await call({ path: '/v1/audit/export?format=tlog' }, tokens.reader);
  expect(exported.status).toBe(200);
  const file = join(dir, 'audit.tlog');
  writeFileSync(file, exported.bytes);
  return sallyport(
    'audit',
    'verify',
    file,
    '--keys',
    join(dir, 'keys'),
    '--kept',
    join(dir, 'kept'),
  );
}

it('what pg_dump took of a running gateway opens elsewhere: history, tokens and trail', async () => {
  const url = await setUpDatabase();
  await start('first', url);
  const first = await put('dumped-one');
  const second = await put('dumped-two');
  const body = { scope: { namespaces: ['pay'] }, expiresInSeconds: 3_600, description: 'drill' };
  const minted = await call({ method: 'POST', path: '/v1/tokens', body });
  expect(minted.status, minted.text).toBe(201);
  const { token } = minted.json<{ readonly token: string }>();
  await keepCheckpoint();
  const file = await dump(url);
  const bytes = readFileSync(file);
  for (const value of ['dumped-one', 'dumped-two', token])
    expect(bytes.includes(value)).toBe(false);
  await stop();
  await server.run(`DROP DATABASE ${new URL(url).pathname.slice(1)}`);

  const restored = await restore(file);
  rmSync(join(dir, 'elsewhere', 'checkpoints'));
  await start('second', restored);
  expect([(await old(first)).text, (await old(second)).text]).toEqual(['dumped-one', 'dumped-two']);
  expect((await call({ path }, token)).status).toBe(200);
  expect(await put('written-elsewhere')).toBe(second + 1);
  const verdict = await verifiedLog();
  expect(verdict, verdict.out + verdict.err).toMatchObject({ code: 0 });
  expect(verdict.out).toMatch(/^good: .* kept checkpoints compared: 1$/m);
  const found = await call({ path: '/v1/audit/events?namespace=pay&secret=db' }, tokens.reader);
  const actions = found.json<{ readonly items: readonly { readonly action: string }[] }>().items;
  expect(actions.filter(({ action }) => action === 'secrets.update').length).toBeGreaterThan(1);
}, 120_000);

it('a dump that is older than the anchors is noticed until that is accepted', async () => {
  const url = await setUpDatabase();
  await start('first', url);
  const before = await put('late-one');
  await keepCheckpoint();
  const file = await dump(url);
  await put('late-two');
  await stop();

  const restored = await restore(file);
  await start('second', restored);
  const refused = await old(before);
  expect([refused.status, refused.json()['code']]).toEqual([503, 'Unavailable']);
  await stop();
  const reason = 'restored from monday';
  const accept = await command('second', restored, 'audit', 'accept-rollback', '--reason', reason);
  expect(accept, accept.err).toMatchObject({ code: 0 });
  await start('second', restored);
  expect((await old(before)).text).toBe('late-one');
  await expect.poll(async () => (await old(before + 1)).text, { timeout: 10_000 }).toBe('late-two');
}, 120_000);
