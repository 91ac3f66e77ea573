import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CredentialRefused } from '../../../src/auth/credential-verifier.js';
import { ClusterKeys, type PublishedKeys } from '../../../src/auth/domain/cluster-keys.js';
import { type PublicKey, readKeySet } from '../../../src/auth/domain/key-set.js';
import { ServiceAccountSignature } from '../../../src/auth/service-account-signature.js';
import { ManualClock } from './manual-clock.js';

const issuer = 'https://kubernetes.default.svc';
const nowSeconds = Math.floor(Date.now() / 1_000);

class TestKeys extends ClusterKeys {
  asked = 0;
  answer: () => Promise<PublishedKeys | undefined> = () => Promise.resolve({ issuer, keys });

  override fetch(): Promise<PublishedKeys | undefined> {
    this.asked += 1;
    return this.answer();
  }
}

let privateKey: CryptoKey;
let keys: readonly PublicKey[];
let clock: ManualClock;
let cluster: TestKeys;
let signature: ServiceAccountSignature;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  privateKey = pair.privateKey;
  keys = readKeySet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256' }] });
});

beforeEach(() => {
  clock = new ManualClock();
  cluster = new TestKeys();
  const onAlarm = () => undefined;
  signature = new ServiceAccountSignature({ keys: cluster, audience: 'sallyport', clock, onAlarm });
});

function mint(claims: object = {}, header: object = {}): Promise<string> {
  const known = { iss: issuer, aud: ['sallyport', 'vault'], exp: nowSeconds + 60 };
  return new SignJWT({ ...known, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k', ...header })
    .sign(privateKey);
}

describe('a ServiceAccount token', () => {
  it('that the cluster has signed for the gateway passes, with its end', async () => {
    expect(await signature.check(await mint(), issuer)).toBe((nowSeconds + 60) * 1_000);
  });

  it.each<readonly [string, object]>([
    ['another audience', { aud: ['vault'] }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: 'https://other' }],
    ['its end behind it', { exp: nowSeconds - 60 }],
    ['no end', { exp: undefined }],
    ['its beginning before it', { nbf: nowSeconds + 60 }],
  ])('with %s does not', async (_what, claims) => {
    await expect(signature.check(await mint(claims), issuer)).rejects.toThrow(CredentialRefused);
  });

  it('of an unknown issuer causes no fetch, of an unknown key one in half a minute', async () => {
    await signature.check(await mint(), issuer);
    clock.advance(60_000);
    for (let i = 0; i < 50; i += 1) {
      const other = signature.check(await mint({}, { kid: `x${i}` }), `${issuer}/`);
      await expect(other).rejects.toThrow(CredentialRefused);
    }
    expect(cluster.asked).toBe(1);
    for (let i = 0; i < 50; i += 1) {
      const unknown = signature.check(await mint({}, { kid: `x${i}` }), issuer);
      await expect(unknown).rejects.toThrow(CredentialRefused);
    }
    expect(cluster.asked).toBe(2);
  });

  it('is left to the API server where that publishes no keys', async () => {
    cluster.answer = () => Promise.resolve(undefined);
    expect(await signature.check('anything', issuer)).toBeUndefined();
    expect(signature.isPublished).toBe(false);
  });

  it('is 503 where the API server has been away since the start', async () => {
    cluster.answer = () => Promise.reject(new Error('away'));
    await expect(signature.check(await mint(), issuer)).rejects.toMatchObject({ status: 503 });
  });
});
