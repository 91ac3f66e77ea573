import { describe, expect, it } from 'vitest';
import { SpecInputTypes, enumName } from '../../../../src/platform/graphql/spec-input-types.js';

describe('names of enum values', () => {
  it.each([
    ['verify-full', 'VERIFY_FULL'],
    ['alternatingUsers', 'ALTERNATING_USERS'],
    ['P-256', 'P_256'],
    ['Ed25519', 'ED25519'],
    ['base64url', 'BASE64URL'],
  ])('for %s: %s', (value, name) => {
    expect(enumName(value)).toBe(name);
  });
});

describe('input types of a schema', () => {
  const object = (member: string) => ({
    type: 'object',
    properties: { [member]: { type: 'string' } },
  });

  it('are one for all members of a name', () => {
    const types = new SpecInputTypes('Tested');
    expect(types.inputOf('tls', object('mode'))).toBe(types.inputOf('tls', object('mode')));
  });

  it('are refused where one name would be two types', () => {
    const types = new SpecInputTypes('Tested');
    types.inputOf('server', object('host'));
    const other = () => types.inputOf('server', object('address'));
    expect(other).toThrow('TestedServerInput would be two types');
  });

  it('have the name of the parent too, if they are named so', () => {
    const types = new SpecInputTypes('Tested', {}, ['BaoAuth']);
    const of = (member: string) => ({ type: 'object', properties: { auth: object(member) } });
    types.inputOf('cluster', of('token'));
    expect(() => types.inputOf('bao', of('jwt'))).not.toThrow();
    expect(() => types.inputOf('vault', of('jwt'))).toThrow('TestedAuthInput would be two types');
  });

  it('refuse a map whose entries have a member called name', () => {
    const types = new SpecInputTypes('Tested');
    const map = { type: 'object', additionalProperties: object('name') };
    const node = { type: 'object', properties: { keys: map } };
    expect(() => types.inputOf('clash', node)).toThrow('a member called name');
  });
});
