import { bech32 } from '@scure/base';
import { randomBytes } from 'node:crypto';
import { describeKind } from './kind-table.js';

const CHARACTERS_MAX = 4_096;

function encoded(prefix: string, bytes: Uint8Array): string {
  return bech32.encode(prefix, bech32.toWords(bytes), CHARACTERS_MAX);
}

function identityOf(bytes: number, prefix = 'age-secret-key-'): string {
  return encoded(prefix, randomBytes(bytes)).toUpperCase();
}

const identity = identityOf(32);
const hybrid = identityOf(32, 'age-secret-key-pq-');
const recipient = encoded('age', randomBytes(32));
const hybridRecipient = encoded('age1pq', randomBytes(1_216));
// https://github.com/FiloSottile/age#readme
const documented = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
const other = 'age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg';
const generated = `# created: 2021-01-02T15:30:45+01:00\n# public key: ${recipient}\n${identity}\n`;

/** Changes one character of the data part. */
function mistaken(text: string): string {
  const last = text.at(-10) ?? '';
  const changed = /q/i.test(last) ? 'p' : 'q';
  const one = text === text.toUpperCase() ? changed.toUpperCase() : changed;
  return text.slice(0, -10) + one + text.slice(-9);
}

const noIdentity = 'line 1 must be an AGE-SECRET-KEY-1 without a mistake';
const noRecipient = 'line 1 must be an age1 recipient without a mistake';
const upper = 'line 1 must be in upper case';
const words = [' AGE-SECRET-KEY-1'];

describeKind({
  kind: 'age-identity',
  good: [
    identity,
    `${identity}\n`,
    generated,
    generated.replaceAll('\n', '\r\n'),
    `${generated}\n${identityOf(32)}\n`,
    `\n\n${identity}\n\n`,
    `# comment\n#\n${identity}`,
    hybrid,
    `# created: 2026-01-02T15:30:45Z\n# public key: ${hybridRecipient}\n${hybrid}\n`,
    `${identity}\n${hybrid}\n`,
    // https://github.com/C2SP/CCTV/tree/main/age
    'AGE-SECRET-KEY-1XMWWC06LY3EE5RYTXM9MFLAZ2U56JJJ36S0MYPDRWSVLUL66MV4QX3S7F6',
    ...Array.from({ length: 10 }, () => identityOf(32)),
    Array.from({ length: 700 }, () => `${identity}\n`).join(''),
  ],
  bad: [
    ['', 'must have a key'],
    ['\n', 'must have a key'],
    [`# public key: ${recipient}\n`, 'must have a key'],
    [recipient, 'line 1 is a recipient; must be an identity'],
    [`${identity}\n${recipient}\n`, 'line 2 is a recipient; must be an identity'],
    [identity.toLowerCase(), upper],
    [identity.replace('AGE', 'age'), upper],
    [identity.replace('KEY', 'key'), upper],
    [mistaken(identity), noIdentity],
    [mistaken(hybrid), noIdentity],
    [identity.slice(0, -1), noIdentity],
    [`${identity}Q`, noIdentity],
    [` ${identity}`, noIdentity],
    [`${identity} `, noIdentity],
    [`"${identity}"`, noIdentity],
    [identity.replace('KEY', '\u212aEY'), noIdentity],
    [identityOf(31), noIdentity],
    [identityOf(33), noIdentity],
    [identityOf(32, 'age-secret-'), noIdentity],
    ['AGE-SECRET-KEY-1', noIdentity],
    ['AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEB', noIdentity],
    // `age-plugin-yubikey --identity`: a reference to a device.
    [encoded('age-plugin-yubikey-', randomBytes(9)).toUpperCase(), noIdentity],
    ['-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n', /^line 1 must be an AGE-SECRET-KEY-1/],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\n', noIdentity],
    ['password', noIdentity],
    [`${identity}\nsecret line\n`, 'line 2 must be an AGE-SECRET-KEY-1 without a mistake'],
    ['#\n'.repeat(1_000), 'must have at most 1000 lines'],
    [Buffer.from(`# \xe9\n${identity}`, 'latin1'), 'must be UTF-8'],
  ],
  words,
});

describeKind({
  kind: 'age-recipient',
  good: [
    documented,
    other,
    recipient,
    `${recipient}\n`,
    `${documented}\n${other}\n`,
    `# Alice\n${documented}\n\n# Bob\n${other}\n`,
    `# Alice\r\n${documented}\r\n`,
    hybridRecipient,
    `${hybridRecipient}\n${recipient}\n`,
    // Recipients of plugins: https://c2sp.org/age-plugin
    encoded('age1yubikey', randomBytes(33)),
    encoded('age1tag', randomBytes(33)),
    encoded('age1tpm', randomBytes(33)),
    encoded('age1se', randomBytes(33)),
    ...Array.from({ length: 10 }, () => encoded('age', randomBytes(32))),
  ],
  bad: [
    ['', 'must have a key'],
    ['# Alice\n', 'must have a key'],
    [identity, 'line 1 is an identity; must be a recipient'],
    [hybrid, 'line 1 is an identity; must be a recipient'],
    [generated, 'line 3 is an identity; must be a recipient'],
    // `age` reads no recipient in upper case.
    [recipient.toUpperCase(), noRecipient],
    [recipient.replace('age', 'Age'), noRecipient],
    [mistaken(recipient), noRecipient],
    [mistaken(documented), noRecipient],
    [mistaken(hybridRecipient), noRecipient],
    [recipient.slice(0, -1), noRecipient],
    [`${recipient}q`, noRecipient],
    [` ${recipient}`, noRecipient],
    [`${recipient} `, noRecipient],
    [`${documented} ${other}`, noRecipient],
    [`${documented},${other}`, noRecipient],
    [`public key: ${recipient}`, noRecipient],
    [encoded('age', randomBytes(31)), noRecipient],
    [encoded('age', randomBytes(1_216)), noRecipient],
    [encoded('age1pq', randomBytes(32)), noRecipient],
    [mistaken(encoded('age1yubikey', randomBytes(33))), noRecipient],
    [encoded('bc', randomBytes(32)), noRecipient],
    ['age1', noRecipient],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGeneratedForTheTest', noRecipient],
    ['https://github.com/alice.keys', noRecipient],
    [`${recipient}\nalice@example.com\n`, 'line 2 must be an age1 recipient without a mistake'],
    [`age1${'q'.repeat(5_000)}`, noRecipient],
    ['#\n'.repeat(1_000), 'must have at most 1000 lines'],
    [Buffer.from(`# \xe9\n${recipient}`, 'latin1'), 'must be UTF-8'],
  ],
  words,
});
