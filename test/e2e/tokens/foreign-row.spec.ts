import { createHash, randomBytes } from 'node:crypto';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePath } from '../../../src/platform/storage/open-database.js';
import { formatToken, parseToken, toTokenId } from '../../../src/tokens/domain/token-text.js';
import { allOfSecrets } from '../../support/gateway.js';
import { seedSecret } from '../../support/seed.js';
import { TokensWorld, allOfTokens } from '../../support/tokens-world.js';
import { Readiness } from '../../../src/platform/health/readiness.js';
import { partOf } from '../../support/part-of.js';

const db = '/v1/namespaces/pay/secrets/db';

let world: TokensWorld;
let genuine: { readonly id: string; readonly token: string };

beforeAll(async () => {
  world = await TokensWorld.start();
  await world.installation.serve('pay');
  await seedSecret(world.installation, 'pay', 'db', { password: 'hunter2-hunter2' });
  const owner = await world.installation.user('pay', 'owner', [allOfTokens, allOfSecrets]);
  genuine = await world.mint(owner, { scope: { namespaces: ['pay'] } });
});

afterAll(() => world.stop());

type Row = Readonly<Record<string, SQLOutputValue>>;

/** What somebody with the database alone can do. */
function write(statement: string, ...values: readonly SQLInputValue[]): readonly Row[] {
  const database = new DatabaseSync(databasePath(world.installation.dataDir), { timeout: 5_000 });
  try {
    return database.prepare(statement).all(...values);
  } finally {
    database.close();
  }
}

describe('a token row that somebody writes into the database', () => {
  const columns = `description, owner_username, owner_uid, subject, acting, scope, namespaces,
    parent_id, created_ms, expires_ms, mac`;

  it('is no token, and operators are told', async () => {
    expect((await world.get(genuine.token, db)).status).toBe(200);
    const token = formatToken(toTokenId(randomBytes(11)), randomBytes(32));
    const { id = '', secret = '' } = parseToken(token) ?? {};
    write(
      `INSERT INTO access_tokens (id, secret_hash, ${columns})
        SELECT ?, ?, ${columns} FROM access_tokens WHERE id = ?`,
      ...[id, createHash('sha256').update(secret, 'ascii').digest(), genuine.id],
    );
    const answer = await world.get(token, db);
    expect(answer.status).toBe(401);
    const readiness = partOf(world.installation.gateway, Readiness);
    expect(readiness.warnings['stored-rows']).toContain(`access_tokens "${id}`);
    expect(await readiness.isReady()).toBe(true);
    expect((await world.get(genuine.token, db)).status).toBe(200);
  });

  it('is found within a minute, also where nobody uses it', { timeout: 90_000 }, async () => {
    write(`UPDATE access_tokens SET expires_ms = expires_ms + 1 WHERE id = ?`, genuine.id);
    const readiness = partOf(world.installation.gateway, Readiness);
    await expect
      .poll(() => readiness.warnings['stored-rows'], { timeout: 60_000 })
      .toMatch(/ and \d more$/);
    expect((await world.get(genuine.token, db)).status).toBe(401);
  });

  it('of a token that was revoked is ended again', { timeout: 90_000 }, async () => {
    const owner = await world.installation.user('pay', 'other', [allOfTokens, allOfSecrets]);
    const { id, token } = await world.mint(owner, { scope: { namespaces: ['pay'] } });
    const [former = {}] = write('SELECT * FROM access_tokens WHERE id = ?', id);
    await world.revoke(owner, id);
    expect((await world.get(token, db)).status).toBe(401);
    write(
      `INSERT INTO access_tokens (${Object.keys(former).join(', ')})
        VALUES (${Object.keys(former)
          .map(() => '?')
          .join(', ')})`,
      ...Object.values(former),
    );
    const readiness = partOf(world.installation.gateway, Readiness);
    const isThere = () => {
      const database = new DatabaseSync(databasePath(world.installation.dataDir));
      const row = database.prepare('SELECT id FROM access_tokens WHERE id = ?').get(id);
      database.close();
      return row !== undefined;
    };
    await expect.poll(isThere, { timeout: 60_000 }).toBe(false);
    expect(readiness.warnings['stored-rows']).toBeDefined();
    expect((await world.get(token, db)).status).toBe(401);
  });
});
