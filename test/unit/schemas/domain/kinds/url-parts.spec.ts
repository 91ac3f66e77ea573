import { describe, expect, it } from 'vitest';
import { unescaped, urlParts } from '../../../../../src/schemas/domain/kinds/url-parts.js';
import { processorMs } from '../../../../support/processor-time.js';

describe('parts of a connection string', () => {
  it('are decoded, and hosts have their ports', () => {
    expect(urlParts('Mongodb://u%40x:p%2F%3A@[::1]:27017,b/db%20x?a=%26&b&c=d=e&&')).toEqual({
      scheme: 'mongodb',
      user: 'u@x',
      password: 'p/:',
      hosts: [
        { name: '[::1]', port: '27017' },
        { name: 'b', port: undefined },
      ],
      path: '/db%20x',
      query: [
        ['a', '&'],
        ['b', ''],
        ['c', 'd=e'],
      ],
    });
  });

  it.each([
    ['a://', undefined, undefined, ''],
    ['a://:p@', '', 'p', ''],
    ['a://u@/', 'u', undefined, '/'],
    ['a://h?x=@', undefined, undefined, ''],
    ['a://h/@scope', undefined, undefined, '/@scope'],
    ['a://u:@h/', 'u', '', '/'],
  ])('are there if others are missing: %j', (text, user, password, path) => {
    expect(urlParts(text)).toMatchObject({ user, password, path });
  });

  it.each([
    ['', 'must be a URL: scheme://user:password@host/name'],
    ['a:h', 'must be a URL: scheme://user:password@host/name'],
    ['1a://h', 'must be a URL: scheme://user:password@host/name'],
    ['a://h\n', 'must not have a space or a line end'],
    ['a://h\u0000', 'must not have a space or a line end'],
    ['a://u:p@q@h', unescaped],
    ['a://u:p:q@h', unescaped],
    ['a://u:p/q@h', unescaped],
    ['a://u:p?q@h', unescaped],
    ['a://u:p#q@h', unescaped],
    ['a://h#x', 'must not have a # with a text after it'],
    ['a://u:p%@h', 'has a % that begins no encoding'],
    ['a://u:p%ff@h', 'has a % that begins no encoding'],
    ['a://h:0', 'has a host or a port that is none'],
    ['a://h:65536', 'has a host or a port that is none'],
    ['a://h:x', 'has a host or a port that is none'],
    ['a://::1', 'has a host or a port that is none'],
    [`a://${'h,'.repeat(50)}h`, 'must have at most 50 hosts'],
    [`a://h?${'a=b&'.repeat(101)}`, 'must have at most 100 parameters'],
  ])('are refused, with the reason: %j', (text, reason) => {
    expect(urlParts(text)).toBe(reason);
  });

  it.each(['a', ',', '@', '%41', '/', '?', '[', ':'])(
    'are found in time that grows with the length: %j',
    (part) => {
      const start = processorMs();
      urlParts(`a://${part.repeat(100_000 / part.length)}#`);
      expect(processorMs() - start).toBeLessThan(2_000);
    },
  );
});
