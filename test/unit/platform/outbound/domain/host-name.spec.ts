import { describe, expect, it } from 'vitest';
import { hostText, readHost } from '../../../../../src/platform/outbound/domain/host-name.js';

describe('a host', () => {
  it.each([
    ['db.pay.svc', 'db.pay.svc'],
    ['DB.Pay.SVC', 'db.pay.svc'],
    ['db.example.com.', 'db.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['ⓔxample.com', 'example.com'],
    ['_srv.db-1.example', '_srv.db-1.example'],
    ['db', 'db'],
  ])('is the name it means: %s', (text, name) => {
    expect(readHost(text)).toEqual({ kind: 'name', name });
  });

  it.each([
    ['10.0.0.7', '10.0.0.7'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['[::ffff:a00:7]', '10.0.0.7'],
    ['0:0:0:0:0:ffff:127.0.0.1', '127.0.0.1'],
  ])('is the address it means: %s', (text, address) => {
    expect(readHost(text)).toEqual({ kind: 'address', address });
  });

  it.each([
    ...['0x7f.1', '0x7f000001', '2130706433', '127.1', '127.0.1', '0177.0.0.1', '017700000001'],
    ...['①②⑦.0.0.1', '１２７.0.0.1', '127。0。0。1', '127.0.0.1.', '169.254.169.254.', '0'],
    ...['[127.0.0.1]', 'fe80::1%eth0', '[fe80::1%25eth0]', '[::1', '::1]', '[]', '1.2.3', 'db.1'],
    ...['256.0.0.1', '', '.', '..', 'a..b', '.a', 'a b', ' a', 'a\n', 'a\tb', 'a/b', 'a#b', 'a?b'],
    ...['a@b', 'user:pw@a', 'a:80', 'a\\b', 'a%2eb', '%61', '-a', 'a-', 'a\0b', '/var/run/db'],
    ...['unix:/tmp/s', `${'a'.repeat(64)}.com`, `${'a.'.repeat(130)}com`, '*.a', 'a,b', '\uD800'],
  ])('is refused in another spelling: %j', (text) => {
    expect(readHost(text)).toBeUndefined();
  });

  it('is text again', () => {
    const texts = ['DB.example.', '[::1]'].map((text) => readHost(text));
    expect(texts.map((host) => host && hostText(host))).toEqual(['db.example', '::1']);
  });
});
