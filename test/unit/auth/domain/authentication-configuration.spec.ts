import { describe, expect, it } from 'vitest';
import { readAuthenticators } from '../../../../src/auth/domain/authentication-configuration.js';
import { entry, file } from './authenticator.builder.js';

/** Where the shape of a file is wrong. */
function places(tree: unknown): readonly string[] {
  const read = readAuthenticators(tree);
  return 'problems' in read ? read.problems.map(({ path }) => path) : [];
}

describe('readAuthenticators', () => {
  it('takes the example of the Kubernetes documentation', () => {
    const given = entry({
      issuer: {
        url: 'https://example.com',
        discoveryURL: 'https://discovery.example.com/.well-known/openid-configuration',
        certificateAuthority: '<PEM encoded CA certificates>',
        audiences: ['my-app', 'my-other-app'],
        audienceMatchPolicy: 'MatchAny',
        egressSelectorType: 'cluster',
      },
      claimValidationRules: [
        { claim: 'hd', requiredValue: 'example.com' },
        { expression: 'claims.hd == "example.com"', message: 'the hd claim must be example.com' },
      ],
      claimMappings: {
        username: { expression: 'claims.username + ":external-user"' },
        groups: { expression: 'claims.roles.split(",")' },
        uid: { expression: 'claims.sub' },
        extra: [{ key: 'example.com/tenant', valueExpression: 'claims.tenant' }],
      },
      userValidationRules: [{ expression: "!user.username.startsWith('system:')" }],
    });
    expect(readAuthenticators(file(given))).toEqual([given]);
  });

  it('takes a file without issuers, and what it says about anonymous requests to others', () => {
    const anonymous = { enabled: true, conditions: [{ path: '/livez' }] };
    expect(readAuthenticators({ ...file(), anonymous })).toEqual([]);
  });

  it.each([
    ['another version', { ...file(), apiVersion: 'apiserver.config.k8s.io/v1beta1' }, 'apiVersion'],
    ['another kind', { ...file(), kind: 'AuthorizationConfiguration' }, 'kind'],
    ['no list', { ...file(), jwt: undefined }, 'jwt'],
    ['an unknown member', { ...file(), jwts: [] }, '(root)'],
    ['an unknown member deep inside', file(entry({ isuser: {} })), 'jwt[0]'],
    [
      'no audience',
      file(entry({ issuer: { url: 'x', audiences: [] } })),
      'jwt[0].issuer.audiences',
    ],
    [
      'another match policy',
      file(entry({ issuer: { url: 'x', audiences: ['a'], audienceMatchPolicy: 'MatchAll' } })),
      'jwt[0].issuer.audienceMatchPolicy',
    ],
    ['no mapping of the user', file(entry({ claimMappings: {} })), 'jwt[0].claimMappings.username'],
    ['more than 64 issuers', file(...Array.from({ length: 65 }, () => entry())), 'jwt'],
    ['no mapping at all', 'jwt', '(root)'],
  ])('says where there is %s', (_what, tree, path) => {
    expect(places(tree)).toEqual([path]);
  });
});
