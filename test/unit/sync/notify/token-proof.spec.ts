import { SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { TokenProof } from '../../../../src/sync/notify/token-proof.js';
import { TokenSender } from '../../../services/notify-senders.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { aStore } from '../domain/sync.builder.js';

const claims = { aud: 'gateway', azp: 'event-grid' };
const store = aStore();

let clock: ManualClock;
let sender: TokenSender;
/** What the address of the keys answers. */
let answer: () => Promise<Buffer>;
let reads: string[];
let proof: TokenProof;

beforeEach(async () => {
  clock = new ManualClock();
  sender = await TokenSender.create('ES256');
  answer = async () => Buffer.from(JSON.stringify(await sender.keySet()));
  reads = [];
  proof = new TokenProof({
    transport: {
      read: async (url) => {
        reads.push(url.href);
        return answer();
      },
    },
    clock,
    nowMs: () => Date.now(),
    onFault: () => undefined,
  });
});

function isProved(token: string): Promise<boolean> {
  const spec = {
    issuer: sender.issuer,
    audience: claims.aud,
    jwksUrl: 'https://issuer.test/keys',
    claims: [{ name: 'azp', value: claims.azp }],
  };
  return proof.isProved(store, spec, `Bearer ${token}`);
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token', () => {
  it.each(['RS256', 'ES256'])('proves its sender by %s', async (algorithm) => {
    sender = await TokenSender.create(algorithm);
    expect(await isProved(await sender.sign(claims))).toBe(true);
    expect(reads).toEqual(['https://issuer.test/keys']);
  });

  it.each(['PS256', 'RS512', 'ES384', 'EdDSA'])('of algorithm %s proves nothing', async (other) => {
    sender = await TokenSender.create(other);
    expect(await isProved(await sender.sign(claims))).toBe(false);
  });

  it('proves nothing if it is not signed, or with a public key as the secret', async () => {
    const [header = '', payload = '', signature = ''] = (await sender.sign(claims)).split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    const symmetric = await new SignJWT({ iss: sender.issuer, ...claims })
      .setProtectedHeader({ alg: 'HS256', kid })
      .setExpirationTime('5m')
      .sign(Buffer.from(JSON.stringify(await sender.keySet())));
    const changed = part({ iss: sender.issuer, ...claims, exp: Date.now() });
    const tokens = [
      `${part({ alg: 'none', kid })}.${payload}.`,
      `${part({ alg: 'none', kid })}.${payload}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${changed}.${signature}`,
      `${header}.${payload}.${signature.slice(1)}`,
      symmetric,
      '',
      'a.b',
    ];
    for (const token of tokens) expect(await isProved(token), token).toBe(false);
  });

  it.each([
    { aud: 'other' },
    { azp: 'other' },
    { iss: 'https://other.test' },
    { azp: undefined },
    { nbf: Math.floor(Date.now() / 1_000) + 600 },
    { exp: undefined },
  ])('with claims %j proves nothing', async (change) => {
    expect(await isProved(await sender.sign({ ...claims, ...change }))).toBe(false);
  });

  it('proves its sender until its end, and 30 seconds longer', async () => {
    expect(await isProved(await sender.sign(claims, -20))).toBe(true);
    expect(await isProved(await sender.sign(claims, -40))).toBe(false);
  });

  it('of another issuer, or for somebody else, causes no fetch', async () => {
    await isProved(await sender.sign({ ...claims, iss: 'https://other.test' }));
    await isProved(await sender.sign({ ...claims, aud: 'other' }));
    expect(reads).toEqual([]);
  });

  it('of an unknown key causes one fetch in a pause', async () => {
    const first = sender;
    expect(await isProved(await first.sign(claims))).toBe(true);
    sender = await TokenSender.create('ES256');
    const renewed = await sender.sign(claims);
    expect(await isProved(renewed)).toBe(false);
    expect(reads).toHaveLength(1);
    clock.advance(10_000);
    expect(await isProved(renewed)).toBe(true);
    expect(await isProved(await first.sign(claims))).toBe(false);
    expect(reads).toHaveLength(2);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['cannot be read', () => Promise.reject(new Error('no answer'))],
    ['are no JSON', async () => Buffer.from('<html>')],
    ['are none', async () => Buffer.from('{"keys": []}')],
  ])('waits if the keys of its issuer %s', async (_what, given) => {
    answer = given;
    const token = await sender.sign(claims);
    await expect(isProved(token)).rejects.toMatchObject({ code: 'Unavailable' });
    await expect(isProved(token)).rejects.toMatchObject({ headers: { 'retry-after': '10' } });
    expect(reads).toHaveLength(1);
  });
});
