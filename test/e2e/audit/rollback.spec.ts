import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Gateway, createGateway } from '../../../src/app.setup.js';
import { anchoredTrees } from '../../../src/audit/anchors/domain/anchor-records.js';
import { run } from '../../../src/cli/run.js';
import { loadConfig } from '../../../src/config/config.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { makeAuditor, seedSecret } from '../../support/seed.js';

const path = '/v1/namespaces/pay/secrets/db/keys/password';
const refusal = /^the audit log was rolled back: \d+ entries were anchored, but only \d+ signed/;

let installation: TestInstallation;
let gateway: Gateway | undefined;
let dir: string;
let base: string;
let health: string;
let app: string;
let auditor: string;
let dataDir: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  dir = mkdtempSync(join(tmpdir(), 'sallyport-rollback-'));
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'not-rolled-back' });
  app = await installation.user('pay', 'app', [allOfSecrets]);
  auditor = await installation.user('pay', 'auditor', []);
  await makeAuditor(installation, 'pay', 'auditor');
});

/** A folder of its own for each test. */
beforeEach(() => {
  dataDir = mkdtempSync(join(dir, 'data-'));
  const { mode, kubeconfig } = installation.config.kubernetes;
  const settings = {
    listen: { port: 0 },
    health: { port: 0 },
    dataDir,
    kubernetes: { mode, kubeconfig },
    namespaces: { served: ['*'] },
    audit: { anchorEverySeconds: 1 },
  };
  writeFileSync(join(dir, 'sallyport.yaml'), stringify(settings));
});

afterEach(async () => {
  await stop();
});

afterAll(async () => {
  await installation.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const config = loadConfig({ file: join(dir, 'sallyport.yaml'), environment: {} });
  gateway = await createGateway(config, { level: 'silent' });
  [base = ''] = await gateway.listen();
  health = await gateway.health.getUrl();
}

async function stop(): Promise<void> {
  await gateway?.stop();
  gateway = undefined;
}

const read = () => send(base, { path, token: app });

async function command(...args: readonly string[]) {
  const said = { out: '', err: '' };
  const code = await run([...args, '--config', join(dir, 'sallyport.yaml')], {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTerminal: false,
  });
  return { code, ...said };
}

/** The database as it was before it grew on, in the place of the one that grew. */
async function rollBack(): Promise<void> {
  await start();
  expect((await read()).status).toBe(200);
  await stop();
  for (const name of ['sallyport.db', 'sallyport.db-wal']) copy(name, `${name}.old`);
  await start();
  expect((await read()).status).toBe(200);
  await stop();
  for (const name of ['sallyport.db', 'sallyport.db-wal']) copy(`${name}.old`, name);
  rmSync(join(dataDir, 'sallyport.db-shm'), { force: true });
}

function copy(from: string, to: string): void {
  rmSync(join(dataDir, to), { force: true });
  try {
    cpSync(join(dataDir, from), join(dataDir, to));
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOENT');
  }
}

describe('a gateway whose database was put back to an older state', () => {
  it('serves nobody and says why, until an operator accepts that by a command', async () => {
    await rollBack();
    await start();
    const refused = await read();
    expect(refused.status).toBe(503);
    expect(refused.json()).toMatchObject({
      code: 'Unavailable',
      detail: expect.stringMatching(refusal),
    });
    expect(refused.text).not.toContain('not-rolled-back');
    const ready = await send(health, { path: '/readyz?verbose' });
    expect(ready.status).toBe(503);
    expect(ready.text).toMatch(/^\[-\]audit-anchors failed: the audit log was rolled back/m);
    expect((await send(health, { path: '/livez' })).status).toBe(200);
    await stop();

    expect(await command('audit', 'accept-rollback')).toMatchObject({ code: 2 });
    const accepted = await command('audit', 'accept-rollback', '--reason', 'the disk of Monday');
    expect(accepted).toMatchObject({ code: 0, out: expect.stringMatching(/^accepted: /) });
    expect(await command('audit', 'accept-rollback', '--reason', 'once more')).toMatchObject({
      code: 0,
      out: 'the audit log fits the anchors that could be read\n',
    });

    await start();
    expect((await read()).status).toBe(200);
    const events = await send(base, {
      path: '/v1/audit/events?action=audit.acceptRollback&since=1h',
      token: auditor,
    });
    expect(events.json()).toMatchObject({
      items: [{ user: expect.stringMatching(/^operator:/), reason: 'the disk of Monday' }],
    });
    await stop();
    await start();
    expect((await read()).status).toBe(200);
  });
});

describe('a gateway that runs', () => {
  it('puts its checkpoints into a file beside the database unless told otherwise', async () => {
    await start();
    expect((await read()).status).toBe(200);
    const file = join(dataDir, 'audit', 'checkpoints');
    const sizes = () =>
      existsSync(file) ? anchoredTrees(readFileSync(file, 'utf8')).map(({ size }) => size) : [];
    for (let tries = 0; sizes().length === 0; tries += 1) {
      if (tries > 100) throw new Error('nothing was anchored');
      await wait(100);
    }
    const [first = 0] = sizes();
    await read();
    await stop();
    expect(sizes().at(-1)).toBeGreaterThan(first);
  });
});
