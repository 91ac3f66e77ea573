import { afterEach, beforeEach, expect, it } from 'vitest';
import { CredentialRefused } from '../../../src/auth/credential-verifier.js';
import { OidcIssuers } from '../../../src/auth/oidc-issuers.js';
import { limits } from '../../../src/core/limits.js';
import { SecretValue } from '../../../src/core/secret-value.js';
import { OidcIssuer } from '../../support/oidc-issuer.js';
import { ManualClock } from '../../unit/auth/manual-clock.js';

const clients = { alice: { username: 'alice' } };

let issuer: OidcIssuer;
let issuers: OidcIssuers;
let clock: ManualClock;
let alarms: string[];

beforeEach(async () => {
  issuer = await OidcIssuer.start(clients);
  clock = new ManualClock();
  alarms = [];
  const settings = {
    jwt: [
      {
        issuer: { url: issuer.url, audiences: [issuer.audience] },
        claimMappings: { username: { claim: 'username', prefix: '' } },
      },
    ],
  };
  const observer = {
    alarm: (message: string) => void alarms.push(message),
    reloaded: () => undefined,
  };
  issuers = await OidcIssuers.open(settings, clock, observer);
});

afterEach(async () => {
  issuers.close();
  await issuer.pause();
});

async function userOf(token: string): Promise<string> {
  const value = SecretValue.fromBytes(Buffer.from(token));
  return (await issuers.verifier.verify({ value, unverifiedIssuer: issuer.url })).principal
    .username;
}

const fetches = () => issuer.requests.filter((path) => path.startsWith('/jwks')).length;

it('a real issuer rotates its key: new tokens pass after one fetch, old ones no more', async () => {
  const old = await issuer.token('alice');
  expect(await userOf(old)).toBe('alice');
  await issuer.rotate('test-2');
  const fresh = await issuer.token('alice');
  const atFirst = fetches();
  // Within 30 s of the last fetch nobody can cause another, not even with a good token.
  await expect(userOf(fresh)).rejects.toThrow(CredentialRefused);
  expect(fetches()).toBe(atFirst);
  clock.advance(limits.jwksFetchEveryMs);
  expect(await Promise.all([userOf(fresh), userOf(fresh), userOf(fresh)])).toEqual([
    'alice',
    'alice',
    'alice',
  ]);
  expect(fetches()).toBe(atFirst + 1);
  await expect(userOf(old)).rejects.toThrow(CredentialRefused);
  expect(alarms).toEqual([]);
});

it('an issuer that is away keeps its last keys for an hour, with an alarm', async () => {
  const token = await issuer.token('alice');
  expect(await userOf(token)).toBe('alice');
  await issuer.pause();
  clock.advance(limits.jwksKeptMs);
  expect(await userOf(token)).toBe('alice');
  clock.advance(1);
  await expect(userOf(token)).rejects.toMatchObject({ code: 'Unavailable' });
  expect(alarms).toEqual([expect.stringMatching(/cannot be fetched/)]);
  await issuer.resume();
  clock.advance(limits.jwksFirstFetchEveryMs);
  expect(await userOf(token)).toBe('alice');
});
