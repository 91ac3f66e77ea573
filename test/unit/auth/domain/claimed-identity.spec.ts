import { describe, expect, it } from 'vitest';
import { claimedIdentity } from '../../../../src/auth/domain/claimed-identity.js';
import { IdentityRefused } from '../../../../src/core/principal.js';
import { compiledOf } from './authenticator.builder.js';

const username = { claim: 'sub', prefix: '' };
const claims = { sub: 'alice', email: 'a@b.test', groups: ['devs'], tenant: 'blue', jti: 'id-1' };

const deep = `{"sub":"alice","x":${'['.repeat(6_000)}${']'.repeat(6_000)}}`;

function identity(members: Readonly<Record<string, unknown>>, given: object = claims) {
  return claimedIdentity(compiledOf(members), { ...given });
}
const mapped = (claimMappings: object, given?: object) =>
  identity({ claimMappings: { username, ...claimMappings } }, given);

describe('claimedIdentity', () => {
  it('takes everything from expressions', () => {
    const found = mapped({
      username: { expression: 'claims.sub + "@" + claims.tenant' },
      groups: { expression: 'claims.groups.map(g, claims.tenant + ":" + g)' },
      uid: { expression: 'claims.sub' },
      extra: [
        { key: 'a.test/tenant', valueExpression: 'claims.tenant' },
        { key: 'a.test/none', valueExpression: '""' },
        { key: 'a.test/some', valueExpression: '["", "x"]' },
      ],
    });
    expect(found).toEqual({
      username: 'alice@blue',
      groups: ['blue:devs'],
      uid: 'alice',
      extra: { 'a.test/tenant': ['blue'], 'a.test/some': ['x'] },
    });
  });

  it.each([
    ['""', []],
    ['[]', []],
    ['null', []],
    ['"one"', ['one']],
    ['["a", "", "b"]', ['a', 'b']],
  ])('groups of the expression %s', (expression, expected) => {
    expect(mapped({ groups: { expression } }).groups).toEqual(expected);
  });

  it('takes an email for a name unless it says that it is not verified', () => {
    const byEmail = { username: { claim: 'email', prefix: 'm:' } };
    expect(mapped(byEmail).username).toBe('m:a@b.test');
    expect(mapped(byEmail, { ...claims, email_verified: true }).username).toBe('m:a@b.test');
    for (const verified of [false, 'true', null]) {
      expect(() => mapped(byEmail, { ...claims, email_verified: verified })).toThrow(
        IdentityRefused,
      );
    }
  });

  it.each<readonly [string, object]>([
    ['a name that is empty before its prefix', { username: { claim: 'none', prefix: 'oidc:' } }],
    ['a name expression without a value', { username: { expression: 'claims.none' } }],
    ['a name expression that is no text', { username: { expression: 'claims.groups' } }],
    ['a name expression that is empty', { username: { expression: '""' } }],
    ['a uid claim that is missing', { uid: { claim: 'none' } }],
    ['groups that are numbers', { groups: { expression: '[dyn(1)]' } }],
    ['groups in groups', { groups: { expression: 'claims.groups.map(g, claims.groups)' } }],
  ])('refuses %s', (_what, mappings) => {
    expect(() => mapped(mappings)).toThrow(IdentityRefused);
  });

  it('wants each required claim with its value, empty where none is said', () => {
    const rules = (claim: string, requiredValue?: string) =>
      identity({ claimValidationRules: [{ claim, requiredValue }] });
    expect(rules('tenant', 'blue').username).toBe('alice');
    expect(() => rules('tenant', 'red')).toThrow(IdentityRefused);
    expect(() => rules('none')).toThrow(IdentityRefused);
    expect(() => rules('constructor')).toThrow(IdentityRefused);
  });

  it('asks every rule about the claims and about the user, and quotes no claim', () => {
    const rule = (expression: string) =>
      identity({ claimValidationRules: [{ expression, message: 'wrong tenant' }] });
    expect(rule('claims.tenant == "blue"').username).toBe('alice');
    expect(() => rule('claims.tenant == "red"')).toThrow(
      'claim validation rule 0 does not hold: wrong tenant',
    );
    expect(() => rule('claims.none == "red"')).toThrow('rule 0 has no value');
    const userRule = (expression: string) => identity({ userValidationRules: [{ expression }] });
    expect(userRule('user.username == "alice"').username).toBe('alice');
    const id = 'user.extra["authentication.kubernetes.io/credential-id"][0] == "JTI=id-1"';
    expect(userRule(id).extra).toEqual({});
    expect(() => userRule('user.groups.size() > 0')).toThrow('user validation rule 0');
  });

  it('does not let expressions loop over more values than there may be', () => {
    const many = { ...claims, list: Array.from({ length: 600 }, String) };
    expect(() => mapped({ username: { expression: 'claims.sub' } }, many)).toThrow('more than 512');
    expect(mapped({}, many).username).toBe('alice');
  });

  it('nor over claims that lie deeper in each other', () => {
    const nested = (depth: number) => {
      let inner: unknown = 'x';
      for (let level = 0; level < depth; level += 1) inner = level % 2 === 0 ? [inner] : { inner };
      return { ...claims, inner };
    };
    const username = { expression: 'claims.sub' };
    expect(mapped({ username }, nested(8)).username).toBe('alice');
    expect(() => mapped({ username }, nested(9))).toThrow('more than 8 deep');
    expect(() => mapped({ username }, JSON.parse(deep) as object)).toThrow('more than 8 deep');
  });

  it('has no more groups than there may be before any rule looks at them', () => {
    const members = {
      claimMappings: { username, groups: { claim: 'groups', prefix: '' } },
      userValidationRules: [{ expression: 'false' }],
    };
    const groups = Array.from({ length: 257 }, String);
    expect(() => identity(members, { ...claims, groups })).toThrow('more than 256 groups');
  });
});
