import { describe, expect, it } from 'vitest';
import { compileAuthenticator } from '../../../../src/auth/domain/compile-authenticator.js';
import { type ConfigurationProblem, specOf } from './authenticator.builder.js';

const username = { claim: 'sub', prefix: '' };

function problems(members: Readonly<Record<string, unknown>>): readonly string[] {
  const found: ConfigurationProblem[] = [];
  compileAuthenticator(specOf(members), 3, found);
  return found.map(({ path }) => path);
}

describe('compileAuthenticator', () => {
  it.each<readonly [string, Record<string, unknown>]>([
    ['claimMappings.username.expression', { claimMappings: { username: { expression: '1' } } }],
    ['claimMappings.username.expression', { claimMappings: { username: { expression: 'x' } } }],
    [
      'claimMappings.groups.expression',
      { claimMappings: { username, groups: { expression: 'claims.a == 1' } } },
    ],
    ['claimMappings.uid.expression', { claimMappings: { username, uid: { expression: '[]' } } }],
    [
      'claimMappings.extra[0].valueExpression',
      { claimMappings: { username, extra: [{ key: 'a.test/b', valueExpression: '{}' }] } },
    ],
    [
      'claimValidationRules[1].expression',
      { claimValidationRules: [{ claim: 'a' }, { expression: 'claims.verified' }] },
    ],
    ['userValidationRules[0].expression', { userValidationRules: [{ expression: 'user.uid' }] }],
  ])('says that %s is wrong', (path, members) => {
    expect(problems(members)).toEqual([`jwt[3].${path}`]);
  });

  it('wants an email that names the user to be a verified one', () => {
    const byEmail = { claimMappings: { username: { expression: 'claims.email' } } };
    expect(problems(byEmail)).toEqual(['jwt[3].claimMappings.username.expression']);
    const expression = 'claims.?email_verified.orValue(true) == true';
    expect(problems({ ...byEmail, claimValidationRules: [{ expression }] })).toEqual([]);
  });
});
