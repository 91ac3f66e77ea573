import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JwtAuthenticator } from '../../../src/auth/domain/authentication-configuration.js';
import { compileAuthenticator } from '../../../src/auth/domain/compile-authenticator.js';
import { principalFromCertificate } from '../../../src/auth/domain/principal-from-certificate.js';
import { principalFromClaims } from '../../../src/auth/domain/principal-from-claims.js';
import { IdentityRefused, type Principal } from '../../../src/core/principal.js';
import { principalOf } from '../../../src/tokens/domain/stored-identity.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { allowReviews, type Gateway, installGateway, seenAs } from './support.js';

interface Names {
  readonly username: string;
  readonly groups: readonly string[];
}

const spec: JwtAuthenticator = {
  issuer: { url: 'https://issuer.test', audiences: ['sallyport'] },
  claimMappings: {
    username: { claim: 'sub', prefix: '' },
    groups: { claim: 'groups', prefix: '' },
    extra: [],
  },
  claimValidationRules: [],
  userValidationRules: [],
};
const byClaim = compileAuthenticator(spec, 0, []);
const byExpression = compileAuthenticator(
  {
    ...spec,
    claimMappings: {
      username: { expression: 'claims.sub' },
      groups: { expression: 'claims.groups' },
      extra: [],
    },
  },
  0,
  [],
);
const certificate = {
  fingerprint: 'ab12',
  notAfterMs: 5_000,
  isTrusted: true,
  isAuthority: false,
};
const claims = ({ username, groups }: Names) => ({ sub: username, groups, exp: 2_000 });

/** Each way in which a name can come from outside. ServiceAccounts are named by the cluster. */
const sources: Readonly<Record<string, (names: Names) => Principal>> = {
  'a claim': (names) => principalFromClaims(byClaim, claims(names)),
  'an expression on claims': (names) => principalFromClaims(byExpression, claims(names)),
  'a certificate': ({ username, groups }) =>
    principalFromCertificate(
      { ...certificate, commonNames: [username], organizations: groups },
      1_000,
    ),
  'a stored token': (names) =>
    principalOf(
      // As it comes back from the database.
      JSON.parse(JSON.stringify({ kind: 'user', uid: '', extra: {}, ...names })),
      { token: { id: 'a', owner: 'o', scope: {} }, expiresAtMs: 1 },
    ),
};

const intended = ['alice', 'josé', 'jose\u0301', '日本', '🔑', 'a, b', 'a,b', 'a%20b', 'systems:x'];
const refused = [
  ...[' alice', 'alice ', '\talice', 'alice\t', '\u00a0alice', 'alice\u00a0', '\ufeffalice'],
  ...['a\r\nImpersonate-Group: system:masters', 'a\nb', 'a\u0000b', 'a\u0085b', ' '],
  ...['system:masters', ' system:masters', 'system:masters ', 'system:node:x', 'system:admin'],
  ...['system:serviceaccount:kube-system:admin', 'system:anonymous', 'x'.repeat(257)],
];

it.each([byClaim, byExpression])('no claim makes a group of an empty name', (authenticator) => {
  const given = claims({ username: 'u', groups: ['dev', ''] });
  const groups = () => principalFromClaims(authenticator, given).groups;
  // The API server leaves out empty results of an expression, and so do we.
  if (authenticator === byExpression) expect(groups()).toEqual(['dev', 'system:authenticated']);
  else expect(groups).toThrow(IdentityRefused);
});

describe('names on their way to a SelfSubjectReview of a real API server', () => {
  let cluster: Cluster;
  let gateway: Gateway;

  beforeAll(async () => {
    cluster = await sharedCluster();
    gateway = await installGateway(cluster);
    await allowReviews(cluster);
  }, 900_000);
  afterAll(() => cluster?.stop());

  describe.each(Object.entries(sources))('from %s', (_source, principalOf) => {
    it.each(intended)('%j is exactly that user in exactly that group', async (name) => {
      const principal = principalOf({ username: name, groups: [name, 'beside'] });
      expect(await seenAs(gateway, principal)).toEqual({
        username: name,
        groups: [name, 'beside', 'system:authenticated'],
      });
    });

    it.each(refused)('%j is refused, as a user and as a group', (name) => {
      const asUser = { username: name, groups: [] };
      expect(() => principalOf(asUser)).toThrow(IdentityRefused);
      expect(() => principalOf({ username: 'u', groups: ['dev', name] })).toThrow(IdentityRefused);
    });

    it('the empty name is no user', () => {
      expect(() => principalOf({ username: '', groups: [] })).toThrow(IdentityRefused);
    });

    it('256 groups arrive each on its own, and 257 are refused', async () => {
      const groups = Array.from({ length: 256 }, (_, index) => `g${index}`);
      expect(await seenAs(gateway, principalOf({ username: 'u', groups }))).toEqual({
        username: 'u',
        groups: [...groups, 'system:authenticated'],
      });
      const more = { username: 'u', groups: [...groups, 'g256'] };
      expect(() => principalOf(more)).toThrow(IdentityRefused);
    });
  });
});
