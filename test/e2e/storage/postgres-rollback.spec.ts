import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createGateway, type Gateway } from '../../../src/app/gateway.js';
import { LogKeyFile } from '../../../src/audit/log/log-key-file.js';
import { run } from '../../../src/cli/run.js';
import { withoutGuards } from '../../postgres/without-guards.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { TestInstallation, allOfSecrets, gatewayConfig } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';

const secret = '/v1/namespaces/pay/secrets/db';
/** Some rounds of looking, on a busy machine. */
const RELEASE_MS = 150_000;

/** Guarantee: replicas whose database falls back, as to a standby that lagged, serve nobody. */
describe('two gateways whose PostgreSQL is put back under them', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-put-back-'));
  const settings = { file: join(dir, 'sallyport.yaml') };
  const checkpoints = join(dir, 'checkpoints');
  let server: PostgresServer;
  let url: string;
  let installation: TestInstallation;
  let other: Gateway;
  let bases: readonly string[];
  let token: string;

  beforeAll(async () => {
    server = await PostgresServer.start();
    url = await server.createDatabase();
    const keyFile = join(dir, 'shared.key');
    new LogKeyFile({ path: keyFile }).create();
    const anchors = [{ file: { path: checkpoints } }];
    const versions = { enabled: false };
    const encryption = { keys: [{ id: 'shared', source: { file: writtenKey() } }] };
    const shared = {
      storage: { url },
      audit: { keyFile, anchors, anchorEverySeconds: 1 },
      encryption,
      versions,
    };
    installation = await TestInstallation.start(shared);
    await installation.serve('pay');
    await seedSecret(installation, 'pay', 'db', { password: 'put-back-put-back' });
    token = await installation.user('pay', 'app', [allOfSecrets]);
    const config = await gatewayConfig(installation.cluster, join(dir, 'other'), shared);
    other = await createGateway(config, { level: 'silent' });
    const [first = ''] = await installation.gateway.listen();
    const [second = ''] = await other.listen();
    bases = [first, second];
    const { kubernetes, namespaces } = config;
    const operator = { ...shared, kubernetes, namespaces, dataDir: join(dir, 'operator') };
    writeFileSync(settings.file, stringify(operator));
  });

  afterAll(async () => {
    await other.stop();
    await installation.stop();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const reads = () => Promise.all(bases.map((base) => send(base, { path: secret, token })));
  /** Replicas hold the same one. */
  function writtenKey(): string {
    const file = join(dir, 'shared-history.key');
    writeFileSync(file, randomBytes(32), { mode: 0o600 });
    return file;
  }

  const statuses = async () => (await reads()).map(({ status }) => status);
  const signed = async () =>
    Number(
      (
        await server.run('SELECT coalesce(max(size), 0)::int AS size FROM audit_checkpoints', url)
      )[0]?.['size'],
    );

  async function signedBeyond(size: number): Promise<number> {
    const grown = async () => {
      await reads();
      return signed();
    };
    await expect.poll(grown, { timeout: 30_000 }).toBeGreaterThan(size);
    return signed();
  }

  /** The size in the anchor: the second line of each note. */
  async function anchored(): Promise<number> {
    await reads();
    const lines = readFileSync(checkpoints, 'utf8').split('\n');
    return Math.max(0, ...lines.filter((line) => /^\d+$/.test(line)).map(Number));
  }

  async function accept(): Promise<string> {
    let said = '';
    const say = (text: string) => void (said += text);
    const io = { out: say, err: say };
    const args = ['audit', 'accept-rollback', '--reason', 'the standby lagged'];
    await run([...args, '--config', settings.file], { ...io, isTerminal: false });
    return said;
  }

  it('serve nobody until that is accepted, and then go on', async () => {
    const before = await signedBeyond(0);
    await signedBeyond(before + 5);
    // Only the gateways know of what is not anchored, and an operator has nothing to accept.
    await expect.poll(anchored, { timeout: 30_000 }).toBeGreaterThan(before);
    await server.run(
      withoutGuards(`DELETE FROM audit_names WHERE leaf_index >= ${before};
        DELETE FROM audit_entries WHERE leaf_index >= ${before};
        DELETE FROM audit_checkpoints WHERE size > ${before};
        UPDATE audit_head SET size = ${before}`),
      url,
    );
    await expect.poll(statuses, { timeout: RELEASE_MS }).toEqual([503, 503]);
    // Whoever wrote last sees it first, and says only how many entries are gone.
    const details = async () => (await reads()).map((answer) => answer.json()['detail']);
    const told = expect.stringMatching(/^the audit log was rolled back: \d+ entries were /);
    await expect.poll(details, { timeout: RELEASE_MS }).toEqual([told, told]);
    expect(await signed()).toBe(before);
    await expect.poll(accept, { timeout: RELEASE_MS }).toMatch(/^accepted: /m);
    // What one of them has signed beyond that may have come to the anchor since.
    const served = async () => {
      await accept();
      return statuses();
    };
    await expect.poll(served, { timeout: RELEASE_MS, interval: 1_000 }).toContain(200);
  }, 600_000);
});
