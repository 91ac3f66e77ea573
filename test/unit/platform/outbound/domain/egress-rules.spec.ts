import { describe, expect, it } from 'vitest';
import {
  allowancesFor,
  allowedHostProblem,
  compileEgress,
  type EgressSettings,
  hostAndPortOf,
  isPermitted,
} from '../../../../../src/platform/outbound/domain/egress-rules.js';
import { readHost } from '../../../../../src/platform/outbound/domain/host-name.js';

const apiServers = [{ host: 'kubernetes.default.svc', port: 443 }];
const apiAddresses = [
  { address: '10.96.0.1', port: 443 },
  { address: 'fd00:96::1', port: 443 },
];

function isAllowed(allow: EgressSettings['allow'], host: string, port: number): boolean {
  const rules = compileEgress({ allow, deny: [] }, apiServers);
  const read = readHost(host);
  return read !== undefined && allowancesFor(rules, read, port).length > 0;
}

function permits(settings: Partial<EgressSettings>, address: string, port = 5432): boolean {
  const rules = compileEgress({ allow: [{ host: 'db' }], deny: [], ...settings }, apiServers);
  const read = readHost('db');
  const allowances = read === undefined ? [] : allowancesFor(rules, read, port);
  return isPermitted(rules, allowances, { address, port }, apiAddresses);
}

const opening = (...addresses: string[]) => ({ allow: [{ host: 'db', addresses }] });

describe('the allow-list', () => {
  it('lets nothing through that it does not name', () => {
    expect(isAllowed([], 'db', 5432)).toBe(false);
    expect(isAllowed([{ host: 'other' }], 'db', 5432)).toBe(false);
  });

  it.each([
    ['db.pay.svc', 'DB.pay.svc.', true],
    ['*.pay.svc', 'db.pay.svc', true],
    ['*.pay.svc', 'a.db.pay.svc', true],
    ['*.pay.svc', 'pay.svc', false],
    ['*.pay.svc', 'dbpay.svc', false],
    ['*.pay.svc', 'db.pay.svc.evil.example', false],
    ['db.pay.svc', 'x.db.pay.svc', false],
    ['*.0.0.1', '127.0.0.1', false],
    ['10.0.0.7', '::ffff:10.0.0.7', true],
    ['[2001:db8::1]', '2001:DB8::0:1', true],
    ['bücher.example', 'xn--bcher-kva.example', true],
  ])('compares %s with %s', (pattern, host, expected) => {
    const settings = () => isAllowed([{ host: pattern }], host, 5432);
    if (pattern === '*.0.0.1') expect(settings).toThrow(RangeError);
    else expect(settings()).toBe(expected);
  });

  it('names a port, or any but those of a control plane', () => {
    expect(isAllowed([{ host: 'db', port: 5432 }], 'db', 5432)).toBe(true);
    expect(isAllowed([{ host: 'db', port: 5432 }], 'db', 5433)).toBe(false);
    expect(isAllowed([{ host: 'db' }], 'db', 5433)).toBe(true);
    for (const port of [22, 2379, 2380, 6443, 10_250, 10_257]) {
      expect(isAllowed([{ host: 'db' }], 'db', port)).toBe(false);
      expect(isAllowed([{ host: 'db', port }], 'db', port)).toBe(true);
    }
  });

  it.each(['*', '*.', '*.*', 'a.*', '*.127.0.0.1', '127.1', 'a b', 'http://a', ''])(
    'takes no host such as %j',
    (host) => {
      expect(allowedHostProblem(host)).toBeDefined();
      expect(() => compileEgress({ allow: [{ host }], deny: [] }, [])).toThrow(RangeError);
    },
  );

  it('takes names, addresses and ends of names', () => {
    for (const host of ['db', '10.0.0.1', '::1', '*.svc']) {
      expect(allowedHostProblem(host)).toBeUndefined();
    }
  });

  it('takes no range that is none', () => {
    expect(() => compileEgress({ allow: [], deny: ['10.0.0.0/33'] }, [])).toThrow(RangeError);
    expect(() => compileEgress({ ...opening('db'), deny: [] }, [])).toThrow(RangeError);
  });
});

describe('the address of an allowed host', () => {
  it.each(['10.1.2.3', '192.168.1.1', '203.0.113.7', '2001:db8::1', 'fd12::7', '64:ff9b::a01:203'])(
    'may be %s',
    (address) => {
      expect(permits({}, address)).toBe(true);
    },
  );

  it.each([
    ...['127.0.0.1', '127.8.8.8', '::1', '0.0.0.0', '0.1.2.3', '::', '169.254.169.254'],
    ...['169.254.0.1', 'fe80::1', 'febf::1', 'fec0::1', '224.0.0.1', '239.1.1.1', 'ff02::1'],
    ...['240.0.0.1', '255.255.255.255', '::ffff:127.0.0.1', '::ffff:169.254.169.254'],
    ...['::ffff:a9fe:a9fe', '::127.0.0.1', '::ffff:0:7f00:1', '64:ff9b::7f00:1'],
    ...['64:ff9b::a9fe:a9fe', '64:ff9b:1::7f00:1', '64:ff9b:1:a9fe:a9:fe00::', '2002:7f00:1::'],
    ...['2002:a9fe:a9fe::1', '2001:0:7f00:1::', '2001:0:a00:1::5601:5601', '100.100.100.200'],
    ...['168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254', 'fe80::1%eth0'],
    ...['fd00::5efe:7f00:1', '10.96.0.1', '::ffff:10.96.0.1', 'fd00:96::1', '64:ff9b::a60:1'],
    ...['2002:a60:1::', 'not an address', '127.1'],
  ])('is never %s unless opened', (address) => {
    expect(permits({}, address)).toBe(false);
  });

  it('is not of the ranges that the operator denies', () => {
    const deny = ['10.96.0.0/12', 'fd00:1::/32'];
    for (const address of ['10.100.1.1', '::ffff:10.100.1.1', '64:ff9b::a64:101', 'fd00:1::5']) {
      expect(permits({ deny }, address)).toBe(false);
    }
    expect(permits({ deny }, '10.112.0.1')).toBe(true);
  });
});

describe('addresses of an allowance', () => {
  it('are the only ones that its host may have', () => {
    expect(permits(opening('10.1.0.0/16'), '10.1.2.3')).toBe(true);
    expect(permits(opening('10.1.0.0/16'), '10.2.2.3')).toBe(false);
    expect(permits(opening('10.1.0.0/16'), '2001:db8::1')).toBe(false);
  });

  it('open loopback, link-local and denied ranges by a range inside of them', () => {
    expect(permits(opening('127.0.0.1'), '127.0.0.1')).toBe(true);
    expect(permits(opening('127.0.0.0/8'), '127.0.0.2')).toBe(true);
    expect(permits(opening('::1'), '::1')).toBe(true);
    expect(permits(opening('169.254.10.0/24'), '169.254.10.3')).toBe(true);
    const deny = ['10.96.0.0/12'];
    expect(permits({ ...opening('10.96.7.0/24'), deny }, '10.96.7.1')).toBe(true);
    expect(permits({ ...opening('10.96.0.0/12'), deny }, '10.96.7.1')).toBe(true);
  });

  it('open nothing by a range that holds more than that', () => {
    const everything = opening('0.0.0.0/0', '::/0');
    for (const address of ['127.0.0.1', '169.254.169.254', '::1', 'fe80::1', 'fd00:ec2::254']) {
      expect(permits(everything, address)).toBe(false);
    }
    expect(permits(everything, '10.1.2.3')).toBe(true);
    expect(permits({ ...opening('10.0.0.0/8'), deny: ['10.96.0.0/12'] }, '10.96.7.1')).toBe(false);
    expect(permits(opening('64:ff9b::/96'), '64:ff9b::7f00:1')).toBe(false);
    expect(permits(opening('64:ff9b::/96', '127.0.0.1'), '64:ff9b::7f00:1')).toBe(true);
  });

  it('never open what no server has', () => {
    const all = opening('0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::', 'ff00::/8');
    for (const address of ['0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'ff02::1']) {
      expect(permits(all, address)).toBe(false);
    }
  });

  it('never open the API server', () => {
    expect(permits(opening('10.96.0.1', 'fd00:96::1'), '10.96.0.1', 443)).toBe(false);
    expect(permits(opening('10.96.0.1', 'fd00:96::1'), 'fd00:96::1', 443)).toBe(false);
    expect(permits(opening('10.96.0.1'), '10.96.0.1', 5432)).toBe(true);
  });
});

it.each([
  ['https://db.test', 'db.test', 443],
  ['http://db.test', 'db.test', 80],
  ['https://db.test:8200/path', 'db.test', 8200],
  ['https://[fd00::1]:6443', 'fd00::1', 6443],
])('the place of %s is %s at port %i', (url, host, port) => {
  expect(hostAndPortOf(new URL(url))).toEqual({ host, port });
});
