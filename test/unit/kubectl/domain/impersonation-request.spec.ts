import { describe, expect, it } from 'vitest';
import { Principal } from '../../../../src/core/principal.js';
import { readImpersonation } from '../../../../src/kubectl/domain/impersonation-request.js';
import { impersonationHeaders } from '../../../../src/kubernetes/impersonation-headers.js';

const badRequest = expect.objectContaining({ code: 'BadRequest', status: 400 }) as Error;
const alice = ['Impersonate-User', 'alice'];
const account = ['Impersonate-User', 'system:serviceaccount:pay:job'];
const wire = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const nobody = { kind: 'user', username: 'alice', uid: '', groups: [], extra: {} };

describe('a request that names nobody', () => {
  it.each([
    [[]],
    [['Host', 'x', 'Authorization', 'Bearer x', 'X-Impersonate-User', 'system:admin']],
    [['Impersonator', 'x', 'Accept', 'impersonate-user']],
  ])('is one of its caller: %j', (rawHeaders) => {
    expect(readImpersonation(rawHeaders)).toBeUndefined();
  });
});

describe('a request that names a user', () => {
  it.each(['Impersonate-User', 'impersonate-user', 'IMPERSONATE-USER', 'iMpErSoNaTe-uSeR'])(
    'does so by %s',
    (name) => {
      expect(readImpersonation(['Host', 'x', name, 'alice'])).toEqual(nobody);
    },
  );

  it('keeps groups apart and in their order, and extras under their keys', () => {
    const rawHeaders = [
      ...['Impersonate-Group', 'ops', 'Accept', '*/*', 'IMPERSONATE-UID', 'u1', ...alice],
      ...['Impersonate-Extra-Example.ORG%2FTeam', 'x', 'impersonate-group', 'dev'],
      ...['impersonate-extra-example.org%2fteam', 'y', 'Impersonate-Extra-example.org%2frole', 'z'],
    ];
    expect(readImpersonation(rawHeaders)).toEqual({
      kind: 'user',
      username: 'alice',
      uid: 'u1',
      groups: ['ops', 'dev'],
      extra: { 'example.org/team': ['x', 'y'], 'example.org/role': ['z'] },
    });
  });

  it.each(['josé', '日本', '😀', 'a b', 'CN=alice'])('takes %s as it was sent', (username) => {
    const rawHeaders = ['Impersonate-User', wire(username), 'Impersonate-Group', wire(username)];
    expect(readImpersonation(rawHeaders)).toMatchObject({ username, groups: [username] });
  });

  it('says what the gateway itself would say to the API server', () => {
    const groups = ['dev', 'ops'];
    const extra = { 'example.org/team': ['x', 'é'], 'example.org/100%!': ['y'] };
    const identity = { username: 'josé', uid: 'u1', groups, extra };
    const principal = Principal.forUser({ ...identity, kind: 'oidc', credentialId: 'c' });
    expect(readImpersonation(impersonationHeaders(principal))).toEqual({
      kind: 'user',
      ...identity,
    });
  });

  it('makes no prototype of a key', () => {
    const read = readImpersonation([...alice, 'Impersonate-Extra-__proto__', 'x']);
    expect(read).toHaveProperty('extra');
    expect(Object.entries((read as { extra: object }).extra)).toEqual([['__proto__', ['x']]]);
  });

  it('takes up to 256 groups and as many extras', () => {
    const group = (index: number) => ['Impersonate-Group', `g${index}`];
    const extra = (index: number) => [`Impersonate-Extra-example.org%2f${index}`, 'x'];
    for (const header of [group, extra]) {
      const some = (count: number) => Array.from({ length: count }, (_, i) => header(i)).flat();
      expect(() => readImpersonation([...alice, ...some(256)])).not.toThrow();
      expect(() => readImpersonation([...alice, ...some(257)])).toThrow(badRequest);
    }
  });
});

describe('a request that names a ServiceAccount', () => {
  it('names it by its user name', () => {
    const named = { kind: 'serviceAccount', namespace: 'pay', name: 'job' };
    expect(readImpersonation(account)).toEqual(named);
  });

  it.each([
    ['Impersonate-Group', 'system:serviceaccounts'],
    ['Impersonate-Uid', 'u1'],
    ['Impersonate-Extra-example.org%2fteam', 'x'],
  ])('names nothing beside it: %s', (...header) => {
    expect(() => readImpersonation([...account, ...header])).toThrow(badRequest);
  });

  it.each(['system:serviceaccount:pay', 'system:serviceaccount:pay:job:x', 'system:admin'])(
    'is no other reserved name, which nobody may become: %s',
    (username) => {
      const request = readImpersonation(['Impersonate-User', username]);
      expect(request).toMatchObject({ kind: 'user', username });
    },
  );
});

describe('a request is refused, without a word of its values,', () => {
  it.each<[string, readonly string[]]>([
    ['a header of the future', [...alice, 'Impersonate-New', 'hunter2']],
    ['an underscore', ['Impersonate_User', 'hunter2']],
    ['an underscore in a second name', [...alice, 'impersonate-group_', 'hunter2']],
    ['a space behind the name', ['Impersonate-User ', 'hunter2']],
    ['a tab behind the name', ['Impersonate-User\t', 'hunter2']],
    ['a longer name', ['Impersonate-Users', 'hunter2']],
    ['a bare name', ['Impersonate', 'hunter2']],
    ['a bare prefix', ['Impersonate-', 'hunter2']],
    ['an extra without a key', [...alice, 'Impersonate-Extra-', 'hunter2']],
    ['an extra without its hyphen', [...alice, 'Impersonate-Extra', 'hunter2']],
    ['a broken escape', [...alice, 'Impersonate-Extra-hunter2%2', 'hunter2']],
    ['an escape that is not UTF-8', [...alice, 'Impersonate-Extra-hunter2%ff', 'hunter2']],
    ['two users', ['Impersonate-User', 'hunter2', 'impersonate-user', 'alice']],
    ['a user twice', ['Impersonate-User', 'hunter2', 'Impersonate-User', 'hunter2']],
    ['two uids', [...alice, 'Impersonate-Uid', 'hunter2', 'IMPERSONATE-UID', 'hunter2']],
    ['an empty user', ['Impersonate-User', '']],
    ['an empty group', [...alice, 'Impersonate-Group', '']],
    ['a uid alone', ['Impersonate-Uid', 'hunter2']],
    ['a group alone', ['Impersonate-Group', 'hunter2']],
    ['an extra alone', ['Impersonate-Extra-example.org%2fx', 'hunter2']],
    ['joined groups', [...alice, 'Impersonate-Group', 'hunter2, system:masters']],
    ['joined users', ['Impersonate-User', 'hunter2,alice']],
    ['a joined extra', [...alice, 'Impersonate-Extra-example.org%2fx', 'hunter2,y']],
    ['a line feed', ['Impersonate-User', 'hunter2\nx']],
    ['a NUL', ['Impersonate-User', 'hunter2\0']],
    ['a tab', ['Impersonate-User', 'hunter2\tx']],
    ['DEL', ['Impersonate-User', 'hunter2\u007f']],
    ['a C1 control', ['Impersonate-User', wire('hunter2\u0085x')]],
    ['bytes that are not UTF-8', ['Impersonate-User', 'hunter2\u00ff']],
    ['an overlong slash', ['Impersonate-User', 'hunter2\u00c0\u00af']],
  ])('for %s', (_what, rawHeaders) => {
    expect(() => readImpersonation(rawHeaders)).toThrow(badRequest);
    expect(() => readImpersonation(rawHeaders)).not.toThrow(/hunter2|masters|alice/);
  });
});
