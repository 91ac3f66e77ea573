import { describe, expect, it } from 'vitest';
import { isPrivileged } from '../../../../../src/rotation/domain/redis/acl-privilege.js';

const userWith = (...commandRules: string[]) => ({
  isOn: true,
  takesAnyPassword: false,
  hashes: [],
  commandRules,
});

describe('an administrator of Redis', () => {
  it.each([
    '+@all',
    'allcommands',
    '-@all +get +@admin',
    '-@all +@dangerous',
    '-@all +@slow',
    '-@all +acl',
    '-@all +ACL|SETUSER',
    '-@all +acl|load',
    '-@all +config',
    '-@all +config|set',
    '-@all +module|load',
    '-@all +replicaof',
    '-@all +debug',
    '+@all -acl',
    '+@all -@admin +config|set',
    '-@all +get -acl +@admin',
  ])('may %s', (rules) => {
    expect(isPrivileged(userWith(rules))).toBe(true);
    expect(isPrivileged(userWith('-@all +get', rules))).toBe(true);
  });

  it.each([
    '-@all',
    'nocommands',
    '',
    '-@all +get +set +@read +@write +@hash',
    '+@all -@admin',
    '+@all -@dangerous',
    '-@all +acl|whoami +config|get',
    '-@all +@fast +info',
    '+@admin nocommands +get',
  ])('is nobody who may %s', (rules) => {
    expect(isPrivileged(userWith(rules))).toBe(false);
  });
});
