import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describeKind } from './kind-table.js';

const { privateKey, publicKey } = generateKeyPairSync('x25519');
/** What `wg genkey` and `wg pubkey` write. */
const key = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32).toString('base64');
const peer = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
/** What `wg genpsk` writes. */
const shared = randomBytes(32).toString('base64');
const zero = Buffer.alloc(32).toString('base64');
const noKey = 'must be 32 bytes in base64';

describeKind({
  kind: 'wireguard-key',
  good: [
    key,
    `${key}\n`,
    peer,
    shared,
    // https://man7.org/linux/man-pages/man8/wg.8.html
    'yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=',
    'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=',
    'TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=',
    'gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=',
    // https://www.wireguard.com/quickstart/
    'HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=',
    'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    ...Array.from({ length: 12 }, () => randomBytes(32).toString('base64')),
  ],
  bad: [
    ['', noKey],
    ['\n', noKey],
    [zero, 'must not be all zero'],
    [`${zero}\n`, 'must not be all zero'],
    [key.slice(0, -1), noKey],
    [key.slice(1), noKey],
    [`${key}=`, noKey],
    [` ${key}`, noKey],
    [`${key} `, noKey],
    [`${key}\r\n`, noKey],
    [`${key}\n\n`, noKey],
    [`${key}\n${peer}`, noKey],
    [`"${key}"`, noKey],
    [`PrivateKey = ${key}`, noKey],
    [`-${key.slice(1)}`, noKey],
    [`_${key.slice(1)}`, noKey],
    // The last bits are no part of 32 bytes.
    ['AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=', noKey],
    [Buffer.from(key, 'base64').toString('hex'), noKey],
    [randomBytes(31).toString('base64'), noKey],
    [randomBytes(33).toString('base64'), noKey],
    [randomBytes(64).toString('base64'), noKey],
    [Buffer.concat([Buffer.of(0xff), randomBytes(31)]), 'must be UTF-8'],
    [privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), noKey],
  ],
});

const own = `[Interface]\nPrivateKey = ${key}\n`;
const other = `[Peer]\nPublicKey = ${peer}\n`;
const unknown = 'line 3: has a name that its section does not know';
const noInterface = 'must have one section [Interface]';

describeKind({
  kind: 'wireguard-config',
  good: [
    own,
    own + other,
    // https://man7.org/linux/man-pages/man8/wg.8.html#CONFIGURATION_FILE_FORMAT_EXAMPLE
    `${own}ListenPort = 51820\n\n${other}Endpoint = 192.95.5.67:1234
AllowedIPs = 10.192.122.3/32, 10.192.124.1/24\n
${other}Endpoint = [2607:5300:60:6b0::c05f:543]:2468\nAllowedIPs = 10.192.122.4/32\n
${other}Endpoint = test.wireguard.com:18981\nAllowedIPs = 10.10.10.230/32\n`,
    // https://man7.org/linux/man-pages/man8/wg-quick.8.html
    `[Interface]\nAddress = 10.200.100.8/24\nDNS = 10.200.100.1\nPrivateKey = ${key}\n
${other}PresharedKey = ${shared}\nAllowedIPs = 0.0.0.0/0\nEndpoint = demo.wireguard.com:51820\n`,
    `${own}PostUp = ip rule add ipproto tcp dport 22 table 1234
PreDown = ip rule delete ipproto tcp dport 22 table 1234\n`,
    `${own}PostUp = iptables -A FORWARD -i %i -j ACCEPT; iptables -t nat -A POSTROUTING -j X\n`,
    `${own}Address = 10.192.122.1/24\nAddress = 10.10.0.1/16\nSaveConfig = true\n`,
    `${own}Address = 10.0.0.2/32, fd00::2/128\nDNS = 1.1.1.1, example.com\nMTU = 1420\n`,
    `${own}Table = off\nFwMark = 0xca6c\n`,
    `${own}Table = 1234\nFwMark = off\n`,
    `${own}ListenPort = 0\nSaveConfig = false\n`,
    `${own}${other}AllowedIPs = 0.0.0.0/0, ::/0\nPersistentKeepalive = 25\n`,
    `${own}${other}AllowedIPs = ::/0\nPersistentKeepalive = off\n`,
    `${own}${other}AllowedIPs =\n`,
    `${own}${other}AllowedIPs = 10.0.0.1\n`,
    `${own}${other}Endpoint = [fe80::1%eth0]:51820\n`,
    `# Laptop\n[Interface] # mine\nPrivateKey = ${key} # secret\n\n`,
    (own + other).toLowerCase().replace(key.toLowerCase(), key).replace(peer.toLowerCase(), peer),
    (own + other).replaceAll(' = ', '='),
    (own + other).replaceAll('\n', '\r\n'),
    (own + other).replaceAll(/^(?=P)/gm, '  '),
    other + own,
    own.trimEnd(),
  ],
  bad: [
    ['', noInterface],
    ['# comment\n', noInterface],
    [other, noInterface],
    [own + own, noInterface],
    // A PostUp could set the key, but then the file is not complete.
    ['[Interface]\nListenPort = 51820\n', 'must have a PrivateKey'],
    [`${own}[Peer]\nAllowedIPs = 0.0.0.0/0\n`, 'each peer must have a PublicKey'],
    [`+${key.slice(1)}`, /^line 1: must be Name = value$/m],
    [`PrivateKey = ${key}\n${own}`, 'line 1: must be in a section'],
    [`${own}secret line\n`, 'line 3: must be Name = value'],
    [`${own}; comment of an INI file\n`, 'line 3: must be Name = value'],
    [`${own}[Server]\nPort = 1\n`, /^line 3: must be \[Interface\] or \[Peer\]$/m],
    [`${own}PublicKey = ${peer}\n`, unknown],
    [`${own}Endpoint = demo.wireguard.com:51820\n`, unknown],
    [`${own}AllowedIPs = 0.0.0.0/0\n`, unknown],
    [`${own}constructor = 1\n`, unknown],
    [`${own}${other}Address = 10.0.0.1/24\n`, 'line 5: has a name that its section does not know'],
    [own.replace(key, key.slice(1)), 'line 2: PrivateKey must be 32 bytes in base64'],
    [own.replace(key, zero), 'line 2: PrivateKey must not be all zero'],
    [own.replace(key, '<private key>'), 'line 2: PrivateKey must be 32 bytes in base64'],
    [`${own}ListenPort = 65536\n`, 'line 3: ListenPort must be from 0 to 65535'],
    [`${own}ListenPort = any\n`, 'line 3: ListenPort must be from 0 to 65535'],
    [`${own}Address = 10.0.0.256/24\n`, 'line 3: Address must be IP addresses with commas between'],
    [`${own}Address = 10.0.0.1/33\n`, 'line 3: Address must be IP addresses with commas between'],
    [`${own}Address = example.com\n`, 'line 3: Address must be IP addresses with commas between'],
    [`${own}MTU = large\n`, 'line 3: MTU must be a number or off'],
    [`${own}SaveConfig = yes\n`, 'line 3: SaveConfig must be true or false'],
    [`${own}${other}AllowedIPs = 0.0.0.0/0; ::/0\n`, 'line 5: AllowedIPs must be IP addresses'],
    [`${own}${other}AllowedIPs = all\n`, 'line 5: AllowedIPs must be IP addresses'],
    [`${own}${other}AllowedIPs = fd00::/129\n`, 'line 5: AllowedIPs must be IP addresses'],
    [`${own}${other}Endpoint = demo.wireguard.com\n`, 'line 5: Endpoint must be a host and a port'],
    [`${own}${other}Endpoint = 2607:5300::1:2468\n`, 'line 5: Endpoint must be a host and a port'],
    [`${own}${other}Endpoint = [10.0.0.1]:2468\n`, 'line 5: Endpoint must be a host and a port'],
    [
      `${own}${other}Endpoint = demo.wireguard.com:0\n`,
      'line 5: Endpoint must be a host and a port',
    ],
    [
      `${own}${other}PersistentKeepalive = 25s\n`,
      'line 5: PersistentKeepalive must be off or from 0 to 65535',
    ],
    [`${own}${other}PresharedKey = secret\n`, 'line 5: PresharedKey must be 32 bytes in base64'],
    ['a\n'.repeat(2_001), 'must have at most 2000 lines'],
    [Buffer.from(`${own}# \xe9`, 'latin1'), 'must be UTF-8'],
  ],
  words: [
    '[Interface]',
    ' PrivateKey ',
    ' Endpoint ',
    ' PublicKey',
    ' PresharedKey ',
    ' ListenPort ',
    ' SaveConfig ',
    ' AllowedIPs ',
    ' PersistentKeepalive ',
  ],
});
