import { describe, expect, it } from 'vitest';
import {
  namedVariableOf,
  variableOfKey,
  variableText,
} from '../../../../src/cli/process/variables.js';

describe('a variable', () => {
  it('is named by the user, or after its key', () => {
    expect(namedVariableOf('PGPASSWORD=pay/db/password', 'default')).toEqual({
      ...{ variable: 'PGPASSWORD', namespace: 'pay', name: 'db', key: 'password' },
    });
    expect(variableOfKey('password', undefined)).toBe('password');
    expect(variableOfKey('tls.crt-1', 'upper')).toBe('TLS_CRT_1');
  });

  it.each(['tls.crt', '1st', 'a-b', ''])('is not named after the key %j', (key) => {
    expect(() => variableOfKey(key, undefined)).toThrow('is no name of a variable');
  });

  it.each([
    ...['PATH', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES', 'NODE_OPTIONS', 'bash_env', 'IFS', 'HOME'],
    ...[
      'OPENSSL_CONF',
      'npm_config_script_shell',
      'LUA_INIT',
      'DOTNET_STARTUP_HOOKS',
      'XDG_DATA_DIRS',
    ],
    ...[
      'HTTPS_PROXY',
      'https_proxy',
      'NODE_TLS_REJECT_UNAUTHORIZED',
      'PYTHONWARNINGS',
      'MAVEN_OPTS',
    ],
  ])('is not named after the key %s, with which a writer of the Secret would run code', (key) => {
    expect(() => variableOfKey(key, undefined)).toThrow('would change how programs run');
    expect(() => variableOfKey(key, 'upper')).toThrow('would change how programs run');
  });

  it.each(['NODE_ENV', 'PGPASSWORD', 'AWS_SECRET_ACCESS_KEY', 'DATABASE_URL'])(
    'is named after the key %s, which programs read as a setting',
    (key) => expect(variableOfKey(key, undefined)).toBe(key),
  );

  it('that a user names can be any', () => {
    expect(namedVariableOf('NODE_OPTIONS=db/options', 'pay').variable).toBe('NODE_OPTIONS');
  });

  it.each(['X', 'X=', '=db/a', 'A-B=db/a', 'X=db'])('is not %j', (text) => {
    expect(() => namedVariableOf(text, 'pay')).toThrow('is not');
  });

  it('has the text of a value, and no other value', () => {
    expect(variableText('X', Buffer.from('\uFEFFä\n'))).toBe('\uFEFFä\n');
    const binary = () => variableText('X', Uint8Array.of(0xff, 0xfe));
    expect(binary).toThrow('the value of X is no text');
    expect(() => variableText('X', Buffer.from('secret\0'))).toThrow('is no text');
    expect(() => variableText('X', Buffer.from('secret\0'))).not.toThrow('secret');
  });

  it('has no value that the system would refuse when the program is started', () => {
    const rest = 128 * 1024 - 'X='.length - 1;
    expect(variableText('X', Buffer.alloc(rest, 'v'))).toHaveLength(rest);
    expect(() => variableText('X', Buffer.alloc(rest + 1, 'v'))).toThrow(
      'is too long for a variable',
    );
  });
});
