import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CanaryScanner } from '../support/canary.js';
import { type Answer, send } from '../support/raw-http.js';
import { TokensWorld, allOfTokens } from '../support/tokens-world.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { Upkeep } from '../../src/platform/lifecycle/upkeep.js';
import { partOf } from '../support/part-of.js';

const forPay = { scope: { namespaces: ['pay'] } };

let world: TokensWorld;
let owner: string;
/** Every token that was minted. */
const tokens: string[] = [];
/** Every answer but those that showed one. */
const answers: Answer[] = [];

const secretOf = (token: string) => token.split('_')[2] ?? '';

beforeAll(async () => {
  world = await TokensWorld.start({ log: { level: 'trace' } });
  await world.installation.serve('pay');
  owner = await world.installation.user('pay', 'owner', [allOfTokens]);
  const key = { 'idempotency-key': 'mint' };
  const first = await world.create(owner, forPay, key);
  tokens.push(String(first.json()['token']));
  answers.push(await world.create(owner, forPay, key));
  const input = {
    description: 'graph',
    expiresInSeconds: 60,
    idempotencyKey: 'graph',
    ...forPay,
  };
  const mint = 'mutation($input: CreateTokenInput!) ' + '{ createToken(input: $input) { secret } }';
  const graph = (await world.graphql(owner, mint, { input })).json()['data'] as {
    createToken: { secret: string };
  };
  tokens.push(graph.createToken.secret);
  answers.push(await world.graphql(owner, mint, { input }));
  for (const token of tokens) await useEverywhere(token);
  await partOf(world.installation.gateway, Upkeep).run();
});

afterAll(() => world.stop());

/** As itself, with errors, as a wrong one, and where no token belongs. */
async function useEverywhere(token: string): Promise<void> {
  const get = async (path: string, used = token) => answers.push(await world.get(used, path));
  await get('/v1/whoami');
  await get('/v1/tokens');
  await get('/v1/namespaces/pay/secrets/absent');
  await get('/v1/namespaces/pay/secrets?limit=x');
  await get('/v1/whoami', `${token}x`);
  await get('/v1/whoami', token.slice(0, -1));
  await get(`/v1/tokens?continue=${token}`);
  await get(`/v1/audit/events?credential=${token}`);
  const elsewhere = { cookie: `token=${token}`, 'x-api-key': token };
  answers.push(await send(world.base, { path: '/v1/whoami', headers: elsewhere }));
  answers.push(await world.revoke(token, token));
  const told = { 'user-agent': `curl ${token}`, 'x-change-reason': `leaked ${token}` };
  answers.push(await send(world.base, { path: '/v1/whoami', token, headers: told }));
  const path = `/v1/tokens/${token.split('_')[1]}`;
  answers.push(await send(world.base, { method: 'DELETE', path, token }));
  await get('/v1/whoami');
}

function filesOfTheGateway(): readonly (readonly [string, Buffer])[] {
  const { dataDir } = world.installation;
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name))] as const);
}

function expectNowhere(content: string | Uint8Array, where: string): void {
  for (const token of tokens) {
    expect.soft(CanaryScanner.forParts(secretOf(token)).find(content), where).toEqual([]);
  }
}

describe('the secret of a token', () => {
  it('was there to be found', () => {
    expect(tokens.map((token) => secretOf(token).length)).toEqual([43, 43]);
    expect(CanaryScanner.forParts(secretOf(tokens[0] ?? '')).find(tokens[0] ?? '')).not.toEqual([]);
  });

  it('is in no answer but the first', () => {
    for (const answer of answers) {
      expectNowhere(answer.text, answer.text);
      expectNowhere(JSON.stringify(answer.headers), 'headers');
    }
  });

  it('is in no line of the log', () => {
    expect(world.installation.log.length).toBeGreaterThan(10);
    expectNowhere(world.installation.log.join('\n'), 'the log');
  });

  it('is in no audit event', async () => {
    const { items } = await partOf(world.installation.gateway, AuditService).list({});
    expect(items.length).toBeGreaterThan(10);
    expectNowhere(JSON.stringify(items), 'the audit trail');
  });

  it('is in no file: the database has its hash and nothing else of it', async () => {
    const kept = await world.mint(owner, forPay);
    tokens.push(kept.token);
    const files = filesOfTheGateway();
    expect(files.map(([name]) => name)).toContain('sallyport.db');
    for (const [name, content] of files) expectNowhere(content, name);
    const hash = createHash('sha256').update(secretOf(kept.token)).digest();
    expect(files.some(([, content]) => content.includes(hash))).toBe(true);
  });
});
