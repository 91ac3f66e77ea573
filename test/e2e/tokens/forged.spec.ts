import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { send } from '../../support/raw-http.js';
import { TokensWorld, allOfTokens, type TokenBody } from '../../support/tokens-world.js';
import { formatToken, toTokenId } from '../../../src/tokens/domain/token-text.js';
import { TokensStore } from '../../../src/tokens/tokens.store.js';

const failedCredentialsPerMinute = 5;

let world: TokensWorld;
let owner: string;

beforeAll(async () => {
  world = await TokensWorld.start({
    listen: { port: 0, trustedProxies: ['127.0.0.1'] },
    limits: { failedCredentialsPerMinute },
  });
  await world.installation.serve('pay');
  owner = await world.installation.user('pay', 'owner', [allOfTokens]);
});

afterAll(() => world.stop());
afterEach(() => vi.restoreAllMocks());

const mint = () => world.mint(owner, { scope: { namespaces: ['pay'] } });
const forged = (id = toTokenId(randomBytes(11))) => formatToken(id, randomBytes(32));
const lookUps = () => vi.spyOn(TokensStore.prototype, 'find');

async function statusOf(token: string, from: string): Promise<number> {
  const headers = { 'x-forwarded-for': from };
  return (await send(world.base, { path: '/v1/whoami', token, headers })).status;
}

async function useUp(from: string): Promise<void> {
  for (let shown = 0; shown < failedCredentialsPerMinute; shown += 1) {
    expect(await statusOf(forged(), from)).toBe(401);
  }
}

describe('forged tokens', () => {
  it('cost no look into the database once their address has used up its minute', async () => {
    const from = '198.51.100.1';
    await useUp(from);
    const { id } = await mint();
    const find = lookUps();
    for (let shown = 0; shown < 20; shown += 1) {
      expect(await statusOf(forged(), from)).toBe(429);
      expect(await statusOf(forged(id), from)).toBe(429);
    }
    expect(find).not.toHaveBeenCalled();
  });

  it('take the same way whether or not there is a token of that id, in use or revoked', async () => {
    const used: TokenBody = await mint();
    const revoked: TokenBody = await mint();
    await world.revoke(owner, revoked.id);
    expect(await statusOf(used.token, '198.51.100.3')).toBe(200);
    const find = lookUps();
    for (const id of [used.id, revoked.id, undefined]) {
      find.mockClear();
      expect(await statusOf(forged(id), '198.51.100.4')).toBe(401);
      expect(find).toHaveBeenCalledTimes(1);
    }
  });

  it('lock nobody out whose token was right lately', async () => {
    const from = '198.51.100.2';
    const { token } = await mint();
    expect(await statusOf(token, from)).toBe(200);
    await useUp(from);
    expect(await statusOf(token, from)).toBe(200);
    expect(await statusOf(token, from)).toBe(200);
  });
});
