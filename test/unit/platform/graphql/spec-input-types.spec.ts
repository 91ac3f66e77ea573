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

  it('are two for one name if the one of a parent is a type of its own', () => {
    const types = new SpecInputTypes('Tested', {}, ['OtherServer']);
    const first = types.inputOf('server', object('host'));
    const other = { type: 'object', properties: { server: object('address') } };
    expect(() => types.inputOf('other', other)).not.toThrow('would be two types');
    expect(types.inputOf('OtherServer', object('address'))).not.toBe(first);
  });

  it('refuse a map whose entries have a member called name', () => {
    const types = new SpecInputTypes('Tested');
    const map = { type: 'object', additionalProperties: object('name') };
    const node = { type: 'object', properties: { keys: map } };
    expect(() => types.inputOf('clash', node)).toThrow('a member called name');
  });
});
