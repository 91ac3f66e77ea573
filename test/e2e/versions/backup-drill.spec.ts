import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Gateway, createGateway } from '../../../src/app/gateway.js';
import { run } from '../../../src/cli/run.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';

const path = '/v1/namespaces/pay/secrets/db';

let installation: TestInstallation;
let gateway: Gateway | undefined;
let dir: string;
let base: string;
let token: string;
/** What another machine has as well: anchors that were put elsewhere. */
let anchors: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  await installation.serve('pay');
  token = await installation.user('pay', 'app', [
    allOfSecrets,
    {
      apiGroups: ['sallyport.dev'],
      resources: ['secretversions', 'secretversions/restore'],
      verbs: ['*'],
    },
  ]);
});

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-drill-'));
  anchors = join(dir, 'elsewhere', 'checkpoints');
  mkdirSync(join(dir, 'elsewhere'));
});

afterEach(async () => {
  await stop();
  rmSync(dir, { recursive: true, force: true });
});

afterAll(async () => {
  await installation.stop();
});

/** A machine is a data folder and a file of settings. */
function settingsOf(machine: string): string {
  const { mode, kubeconfig } = installation.config.kubernetes;
  const file = join(dir, `${machine}.yaml`);
  const settings = {
    listen: { port: 0 },
    health: { port: 0 },
    dataDir: join(dir, machine),
    kubernetes: { mode, kubeconfig },
    namespaces: { served: ['*'] },
    audit: { anchorEverySeconds: 1, anchors: [{ file: { path: anchors } }] },
  };
  writeFileSync(file, stringify(settings));
  return file;
}

async function start(machine: string): Promise<void> {
  const config = loadConfig({ file: settingsOf(machine), environment: {} });
  gateway = await createGateway(config, { level: 'silent' });
  [base = ''] = await gateway.listen();
}

async function stop(): Promise<void> {
  await gateway?.stop();
  gateway = undefined;
}

async function command(machine: string, ...args: readonly string[]) {
  const said = { out: '', err: '' };
  const code = await run([...args, '--config', settingsOf(machine)], {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTerminal: false,
  });
  return { code, ...said };
}

/** Its version, which a gateway that has just started may know a little later than it answers. */
async function put(password: string): Promise<number> {
  const body = { stringData: { password } };
  const answer = await send(base, { method: 'PUT', path, token, body });
  expect(answer.status, answer.text).toBeLessThan(300);
  const known = async () => (await send(base, { path, token })).json()['version'];
  await expect.poll(known, { timeout: 10_000 }).toEqual(expect.any(Number));
  return Number(await known());
}

const old = (version: number): Promise<Answer> =>
  send(base, { path: `${path}/keys/password?version=${version}`, token });

/** What `docs/back-up-and-restore.md` says to take along. */
function setUpFrom(backup: string, machine: string): void {
  const target = join(dir, machine);
  mkdirSync(join(target, 'audit'), { recursive: true, mode: 0o700 });
  cpSync(join(backup, 'sallyport.db'), join(target, 'sallyport.db'));
  cpSync(join(dir, 'first', 'encryption'), join(target, 'encryption'), { recursive: true });
  cpSync(join(dir, 'first', 'audit', 'log.key'), join(target, 'audit', 'log.key'));
}

it('what was backed up while the gateway ran opens, and goes on, on another machine', async () => {
  await start('first');
  const first = await put('drill-one');
  await put('drill-two');
  const backup = join(dir, 'backup');
  expect(await command('first', 'backup', backup)).toMatchObject({ code: 0, err: '' });
  const bytes = readFileSync(join(backup, 'sallyport.db'));
  for (const value of ['drill-one', 'drill-two']) expect(bytes.includes(value)).toBe(false);
  await stop();

  setUpFrom(backup, 'second');
  rmSync(anchors);
  await start('second');
  expect((await old(first)).text).toBe('drill-one');
  expect(await put('drill-three')).toBe(first + 2);
});

it('a backup that is older than its anchors is noticed, and history catches up', async () => {
  await start('first');
  const before = await put('late-one');
  const backup = join(dir, 'backup');
  expect(await command('first', 'backup', backup)).toMatchObject({ code: 0 });
  await put('late-two');
  await put('late-three');
  await stop();

  setUpFrom(backup, 'second');
  await start('second');
  const refused = await old(before);
  expect([refused.status, refused.json()['code']]).toEqual([503, 'Unavailable']);
  await stop();
  const accepted = await command('second', 'audit', 'accept-rollback', '--reason', 'a drill');
  expect(accepted, accepted.err).toMatchObject({ code: 0 });
  await start('second');
  expect((await old(before)).text).toBe('late-one');
  // The cluster still has what was written after the backup.
  await expect.poll(async () => (await old(before + 2)).text).toBe('late-three');
  expect((await old(before + 1)).text).toBe('late-two');
});

it('a copy never takes the place of another one', async () => {
  await start('first');
  const backup = join(dir, 'backup');
  expect(await command('first', 'backup', backup)).toMatchObject({ code: 0 });
  const again = await command('first', 'backup', backup);
  expect(again).toMatchObject({ code: 2, out: '' });
  expect(again.err).toContain('is there already');
});
