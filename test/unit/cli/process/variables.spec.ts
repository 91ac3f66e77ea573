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

  it.each(['PATH', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES', 'NODE_OPTIONS', 'bash_env', 'IFS'])(
    'is not named after the key %s, with which a writer of the Secret would run code',
    (key) => {
      expect(() => variableOfKey(key, undefined)).toThrow('would change how programs run');
      expect(() => variableOfKey(key, 'upper')).toThrow('would change how programs run');
    },
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
});
