import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditService } from '../../../src/audit/audit.service.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { partOf } from '../../support/part-of.js';
import { send } from '../../support/raw-http.js';
import { scaled } from '../../support/scale.js';
import { storedVersion } from '../../support/seed.js';
import { eventually, type TokenBody, type TokensWorld } from '../../support/tokens-world.js';
import { secretPath as secret, TwoGateways } from './two-gateways.js';

const LATE_MS = 2_000;
/** For the way there and back on a busy machine. */
const SLACK_MS = 500;

/** Guarantee: several gateways on one PostgreSQL are one gateway, and none serves without it. */
describe('two gateways with one PostgreSQL', () => {
  let server: PostgresServer;
  let gateways: TwoGateways;
  let world: TokensWorld;
  let otherBase: string;
  let owner: string;
  let password: string;

  beforeAll(async () => {
    server = await PostgresServer.start();
    const url = await server.createDatabase();
    ({ password } = new URL(url));
    gateways = await TwoGateways.start(url);
    ({ world, owner } = gateways);
    [, otherBase] = gateways.bases;
  });

  afterAll(async () => {
    await gateways.stop();
    await server.stop();
  });

  const read = (base: string, token: string) => gateways.read(base, token);

  it('write to one trail', async () => {
    const served = (base: string) =>
      eventually(async () => {
        const answer = await read(base, owner);
        expect(answer.status).toBe(200);
        return answer;
      });
    const answers = [await served(world.base), await served(otherBase)];
    const { items } = await partOf(world.installation.gateway, AuditService).list({});
    const ids = answers.map(({ headers }) => headers['audit-id']);
    expect(items.map(({ auditId }) => auditId)).toEqual(expect.arrayContaining(ids));
  });

  it('know the tokens of each other, and refuse within a second what the other revoked', async () => {
    const minted: TokenBody = await world.mint(owner, { scope: { namespaces: ['pay'] } });
    expect((await read(otherBase, minted.token)).status).toBe(200);
    expect((await world.revoke(owner, minted.id)).status).toBe(200);
    const revokedAtMs = performance.now();
    await expect
      .poll(async () => (await read(otherBase, minted.token)).status, {
        interval: 20,
        timeout: 5_000,
      })
      .toBe(401);
    expect(performance.now() - revokedAtMs).toBeLessThan(1_000 + SLACK_MS);
  });

  it('run a keyed write once, and give its answer at both', async () => {
    const headers = { 'idempotency-key': 'made-once' };
    const body = { name: 'made', stringData: { pin: '0000-0000' } };
    const path = '/v1/namespaces/pay/secrets';
    const write = (base: string, of: object = body) =>
      send(base, { method: 'POST', path, token: owner, headers, body: of });
    const first = await write(world.base);
    expect(first.status).toBe(201);
    const again = await write(otherBase);
    expect([again.status, again.json()]).toEqual([201, first.json()]);
    expect((await write(otherBase, { ...body, name: 'else' })).status).toBe(422);
  });

  it('answer nothing while the server hangs, each in time, and go on by themselves', async () => {
    const { token } = await world.mint(owner, { scope: { namespaces: ['pay'] } });
    await read(world.base, token);
    const version = await storedVersion(world.installation, 'pay', 'db');
    server.pause();
    const body = { stringData: { password: 'changed-changed' } };
    const calls = [
      { path: secret, token: owner },
      { path: secret, token },
      { method: 'PATCH', path: secret, token: owner, body },
    ];
    let refused = 0;
    while (refused < scaled(10_000)) {
      const fates = Array.from({ length: 25 }, async (_, index) => {
        const startedAtMs = performance.now();
        const answer = await send(world.base, calls[index % calls.length] ?? { path: secret });
        expect(performance.now() - startedAtMs).toBeLessThan(LATE_MS + SLACK_MS);
        expect([answer.status, answer.text.includes('hunter2')]).toEqual([503, false]);
      });
      await Promise.all(fates);
      refused += fates.length;
    }
    expect(await storedVersion(world.installation, 'pay', 'db')).toBe(version);
    server.resume();
    await eventually(async () => expect((await read(world.base, token)).status).toBe(200));
    await eventually(async () => expect((await read(otherBase, owner)).status).toBe(200));
  }, 120_000);

  it('never tell the password', () => {
    expect(world.installation.log.length).toBeGreaterThan(0);
    expect(world.installation.log.filter((line) => line.includes(password))).toEqual([]);
  });
});
