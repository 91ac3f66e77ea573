import { describe, expect, it } from 'vitest';
import { readAclUser } from '../../../../../src/rotation/domain/redis/acl-user.js';

describe('a user in the words of ACL GETUSER', () => {
  it('is read as Redis 7 shows it, selectors included', () => {
    const selector = ['commands', '-@all +set', 'keys', '~b', 'channels', ''];
    const reply = [
      ...['flags', ['on', 'sanitize-payload'], 'passwords', ['aa', 'bb']],
      ...['commands', '-@all +get', 'keys', '~a', 'channels', '', 'selectors', [selector]],
    ];
    expect(readAclUser(reply)).toEqual({
      isOn: true,
      takesAnyPassword: false,
      hashes: ['aa', 'bb'],
      commandRules: ['-@all +get', '-@all +set'],
    });
  });

  it('is read as Redis 6 shows it', () => {
    const reply = ['flags', ['off', 'nopass'], 'passwords', [], 'commands', '+@all', 'keys', ['*']];
    expect(readAclUser(reply)).toEqual({
      isOn: false,
      takesAnyPassword: true,
      hashes: [],
      commandRules: ['+@all'],
    });
  });

  it.each([[null], ['OK'], [[]], [['flags', 'on']], [['flags', ['on']]]])(
    'is not found in %j',
    (reply) => {
      expect(readAclUser(reply)).toBeUndefined();
    },
  );
});
