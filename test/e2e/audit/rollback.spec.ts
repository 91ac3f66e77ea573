import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Gateway, createGateway } from '../../../src/app/gateway.js';
import { run } from '../../../src/cli/run.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { sizesInAnchor } from '../../support/anchor-files.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { makeAuditor, seedSecret } from '../../support/seed.js';
import { pastGuards } from '../../support/past-guards.js';

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
  configure({ anchorEverySeconds: 1 });
});

function configure(audit: { readonly anchorEverySeconds: number }): void {
  const { mode, kubeconfig } = installation.config.kubernetes;
  const settings = {
    listen: { port: 0 },
    health: { port: 0 },
    dataDir,
    kubernetes: { mode, kubeconfig },
    namespaces: { served: ['*'] },
    audit,
  };
  writeFileSync(join(dir, 'sallyport.yaml'), stringify(settings));
}

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

describe('a gateway whose log is put back while it runs', () => {
  const database = () => join(dataDir, 'sallyport.db');
  const inDatabase = <T>(work: (db: DatabaseSync) => T): T => {
    const db = new DatabaseSync(database());
    db.exec('PRAGMA busy_timeout = 5000');
    try {
      return work(db);
    } finally {
      db.close();
    }
  };
  const signed = () =>
    inDatabase((db) =>
      Number(db.prepare('SELECT max(size) AS size FROM audit_checkpoints').get()?.['size']),
    );

  /** Reads until so much is signed; returns how much is. */
  async function signedBeyond(size: number): Promise<number> {
    for (let tries = 0; tries < 200; tries += 1) {
      expect((await read()).status).toBe(200);
      if (signed() > size) return signed();
      await wait(100);
    }
    throw new Error('nothing was signed');
  }

  /** By who may write the database, and leaves no gap in it. */
  function takeAway(size: number): void {
    inDatabase((db) => {
      pastGuards(db, () => {
        db.exec(`DELETE FROM audit_entries WHERE leaf_index >= ${size}`);
        db.exec(`DELETE FROM audit_checkpoints WHERE size > ${size}`);
        db.exec(`UPDATE audit_head SET size = ${size}`);
      });
    });
  }

  async function expectSealed(reason: RegExp): Promise<void> {
    const sealed = async () => (await read()).json()['detail'];
    await expect.poll(sealed, { timeout: 20_000 }).toMatch(reason);
    const answer = await read();
    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain('not-rolled-back');
    const ready = await send(health, { path: '/readyz?verbose' });
    expect(ready.text).toMatch(/^\[-\]audit-anchors failed: the audit log was rolled back/m);
  }

  // Once a minute the place outside gets a checkpoint: it does not know of the one that is lost.
  beforeEach(() => configure({ anchorEverySeconds: 60 }));

  it('serves nobody, signs no size twice, and remembers that over a restart', async () => {
    await start();
    const before = await signedBeyond(0);
    const lost = await signedBeyond(before);
    takeAway(before);
    await expectSealed(
      /^the audit log was rolled back: \d+ entries were (written|signed|anchored)/,
    );
    expect(signed()).toBe(before);
    const file = join(dataDir, 'audit', 'checkpoints');
    await expect
      .poll(() => sizesInAnchor(readFileSync(file, 'utf8')).at(-1))
      .toBeGreaterThanOrEqual(lost);
    await stop();
    expect(signed()).toBe(before);
    await start();
    await expectSealed(refusal);
    await stop();
    const accepted = await command('audit', 'accept-rollback', '--reason', 'we know who did it');
    expect(accepted).toMatchObject({ code: 0, out: expect.stringMatching(/^accepted: /) });
    await start();
    expect(await signedBeyond(before)).toBeGreaterThan(before);
  });

  it('does not go on in an older copy that was written over its file', async () => {
    await start();
    const before = await signedBeyond(0);
    const older = join(dataDir, 'older.db');
    inDatabase((db) => db.exec(`VACUUM INTO '${older}'`));
    await signedBeyond(before + 5);
    inDatabase((db) => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    const notes = () =>
      inDatabase((db) => db.prepare('SELECT size, root FROM audit_checkpoints').all());
    const known = notes();
    writeFileSync(database(), readFileSync(older));
    const status = async () => (await read()).status;
    await expect.poll(status, { timeout: 20_000 }).toBe(503);
    await wait(3_000);
    await stop();
    rmSync(older);
    // Whatever is left of the file: no size has another root than before.
    const sizes = new Map(known.map(({ size, root }) => [size, root]));
    for (const { size, root } of notes()) expect(sizes.get(size)).toEqual(root);
  });
});

describe('a gateway that runs', () => {
  it('puts its checkpoints into a file beside the database unless told otherwise', async () => {
    await start();
    expect((await read()).status).toBe(200);
    const file = join(dataDir, 'audit', 'checkpoints');
    const sizes = () => (existsSync(file) ? sizesInAnchor(readFileSync(file, 'utf8')) : []);
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
