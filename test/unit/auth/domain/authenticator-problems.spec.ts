import { describe, expect, it } from 'vitest';
import { authenticatorProblems } from '../../../../src/auth/domain/authenticator-problems.js';
import { issuerUrl, specOf } from './authenticator.builder.js';

const username = { claim: 'sub', prefix: '' };
const issuer = { url: issuerUrl, audiences: ['a'] };

function problems(...entries: readonly Record<string, unknown>[]) {
  const found = authenticatorProblems(entries.map((members) => specOf(members)));
  return found.map(({ path, reason }) => `${path}: ${reason}`);
}

describe('authenticatorProblems', () => {
  it('finds none in entries that kube-apiserver takes', () => {
    const other = { issuer: { ...issuer, url: 'https://other.test' } };
    expect(problems({ issuer }, other)).toEqual([]);
  });

  it.each<readonly [string, Record<string, unknown>]>([
    ['issuer.url: URL scheme must be https', { issuer: { ...issuer, url: 'http://issuer.test' } }],
    ['issuer.url: must be a URL', { issuer: { ...issuer, url: 'issuer' } }],
    [
      'issuer.url: URL must not contain a username or password',
      { issuer: { ...issuer, url: 'https://a:b@issuer.test' } },
    ],
    [
      'issuer.discoveryURL: must be different from url',
      { issuer: { ...issuer, discoveryURL: `${issuerUrl}/` } },
    ],
    [
      'issuer.certificateAuthority: must be certificates in PEM',
      { issuer: { ...issuer, certificateAuthority: '/etc/ca.pem' } },
    ],
    [
      'issuer.audiences[1]: is given twice',
      { issuer: { ...issuer, audiences: ['a', 'a'], audienceMatchPolicy: 'MatchAny' } },
    ],
    [
      'issuer.audienceMatchPolicy: must be MatchAny for multiple audiences',
      { issuer: { ...issuer, audiences: ['a', 'b'] } },
    ],
    [
      "claimValidationRules[0]: claim and expression can't both be set",
      { claimValidationRules: [{ claim: 'hd', expression: 'true' }] },
    ],
    ['claimValidationRules[0]: claim or expression is required', { claimValidationRules: [{}] }],
    [
      'claimValidationRules[0].message: may not be specified when claim is set',
      { claimValidationRules: [{ claim: 'hd', message: 'no' }] },
    ],
    [
      'claimValidationRules[0].requiredValue: may not be specified when expression is set',
      { claimValidationRules: [{ expression: 'true', requiredValue: 'x' }] },
    ],
    [
      'claimValidationRules[1].claim: is given twice',
      { claimValidationRules: [{ claim: 'hd' }, { claim: 'hd' }] },
    ],
    [
      'claimMappings.username: claim or expression is required',
      { claimMappings: { username: {} } },
    ],
    [
      'claimMappings.username.prefix: is required when claim is set; the empty string means none',
      { claimMappings: { username: { claim: 'sub' } } },
    ],
    [
      'claimMappings.groups.prefix: may not be specified when expression is set',
      { claimMappings: { username, groups: { expression: '[]', prefix: 'x' } } },
    ],
    [
      "claimMappings.uid: claim and expression can't both be set",
      { claimMappings: { username, uid: { claim: 'sub', expression: 'claims.sub' } } },
    ],
    [
      'claimMappings.extra[0].key: must be a domain-prefixed path in lower case',
      { claimMappings: { username, extra: [{ key: 'Tenant', valueExpression: '""' }] } },
    ],
    [
      'claimMappings.extra[0].key: k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use',
      { claimMappings: { username, extra: [{ key: 'a.k8s.io/b', valueExpression: '""' }] } },
    ],
    [
      'userValidationRules[1].expression: is given twice',
      { userValidationRules: [{ expression: 'true' }, { expression: 'true' }] },
    ],
  ])('says: %s', (said, members) => {
    expect(problems(members)).toEqual([`jwt[0].${said}`]);
  });

  it('refuses the same issuer twice', () => {
    expect(problems({ issuer }, { issuer })).toEqual([
      'jwt[1].issuer.url: is that of another entry',
    ]);
  });
});
