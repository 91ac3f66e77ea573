import { createdKey } from '../../../secrets/domain/created-key.js';
import { parsePem, type PemBlock } from '../../../secrets/domain/pem.js';
import { type Kind, ofText } from './kind.js';
import { publicBlobReason, SshBlob } from './ssh-blob.js';
import { weakKeyReason } from './weak-keys.js';

const encrypted = 'is encrypted with a passphrase, which a service cannot enter';
const damaged = 'is damaged';
const magic = Buffer.from('openssh-key-v1\0');
const blockBytesOfNoCipher = 8;
const pemLabels: ReadonlySet<string> = new Set([
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'DSA PRIVATE KEY',
  'PRIVATE KEY',
]);

/** Private key that `ssh` reads, without a passphrase. */
export const sshPrivateKeyKind: Kind = {
  description: 'SSH private key without a passphrase: OpenSSH, PKCS #8, PKCS #1 or SEC 1.',
  bytesMax: 64 * 1_024,
  reasons: ofText((text) => {
    const blocks = parsePem(text);
    const [block] = blocks?.filter(({ label }) => label.endsWith('PRIVATE KEY')) ?? [];
    if (blocks === undefined || block === undefined) return ['must be a private key of SSH'];
    const reason = privateReason(block) ?? boundaryReason(block, text);
    return reason === undefined ? [] : [reason];
  }),
};

/** Public key in one line, or in the form of RFC 4716. */
export const sshPublicKeyKind: Kind = {
  description: 'SSH public key: one line of OpenSSH, or RFC 4716.',
  bytesMax: 16 * 1_024,
  reasons: ofText((text) => {
    if (text.startsWith('---- BEGIN SSH2 PUBLIC KEY ----')) return rfc4716Reasons(text);
    const lines = text.trimEnd().split('\n');
    if (lines.length > 1) return ['must be one line'];
    const reason = publicLineReason(lines[0] ?? '');
    return reason === undefined ? [] : [reason];
  }),
};

const LINES_MAX = 1_000;

/** Keys that may log in, as in `authorized_keys`. */
export const sshAuthorizedKeysKind: Kind = {
  description: 'Lines of `authorized_keys`: options, key and comment.',
  bytesMax: 256 * 1_024,
  reasons: ofText((text) => {
    const lines = text.split(/\r?\n/);
    if (lines.length > LINES_MAX) return [`must have at most ${LINES_MAX} lines`];
    const reasons = lines.flatMap((line, index) => {
      if (/^\s*(?:#|$)/.test(line)) return [];
      const reason = publicLineReason(withoutOptions(line.trim()));
      return reason === undefined ? [] : [`line ${index + 1} ${reason}`];
    });
    const hasKey = lines.some((line) => !/^\s*(?:#|$)/.test(line));
    return hasKey ? reasons : ['must have a key'];
  }),
};

function privateReason(block: PemBlock): string | undefined {
  if (block.label === 'ENCRYPTED PRIVATE KEY' || /^DEK-Info:/m.test(block.text)) return encrypted;
  if (block.label === 'OPENSSH PRIVATE KEY') {
    return openSshReason(Buffer.from(block.base64, 'base64'));
  }
  if (!pemLabels.has(block.label)) return 'must be a private key of SSH';
  if (block.label === 'DSA PRIVATE KEY') return 'has a DSA key, which OpenSSH refuses';
  const key = createdKey(block);
  if (typeof key === 'string') return key;
  const weak = weakKeyReason(key);
  return weak === undefined ? undefined : `has ${weak}`;
}

/** Checks the boundaries of an OpenSSH key; ssh answers "error in libcrypto" to others. */
function boundaryReason({ label }: PemBlock, text: string): string | undefined {
  if (label !== 'OPENSSH PRIVATE KEY') return undefined;
  if (/-----\r\n/.test(text)) return 'must have line feeds alone as line ends';
  if (!text.startsWith(`-----BEGIN ${label}-----\n`)) return 'must begin with its boundary';
  return text.includes(`\n-----END ${label}-----\n`) ? undefined : 'must end with a line end';
}

/** https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key */
function openSshReason(bytes: Buffer): string | undefined {
  if (!bytes.subarray(0, magic.length).equals(magic)) return damaged;
  const blob = new SshBlob(bytes.subarray(magic.length));
  const [cipher, kdf, kdfOptions] = [blob.string(), blob.string(), blob.string()];
  const count = blob.number();
  const publicKey = blob.string();
  const sealed = blob.string();
  const isWhole = cipher && kdf && kdfOptions && publicKey && sealed;
  if (!isWhole || count !== 1) return damaged;
  const publicReason = publicBlobReason(publicKey);
  if (publicReason !== undefined) return publicReason;
  // The tag of AES-GCM and ChaCha20 follows the encrypted part.
  if (cipher.toString('latin1') !== 'none') return encrypted;
  return blob.isAtEnd && hasPrivatePart(sealed, publicKey) ? undefined : damaged;
}

/** Number of strings after the name in a private key, by its algorithm, without the comment. */
const privateParts: Readonly<Record<string, number>> = {
  'ssh-rsa': 6,
  'ssh-ed25519': 2,
  'ecdsa-sha2-nistp256': 3,
  'ecdsa-sha2-nistp384': 3,
  'ecdsa-sha2-nistp521': 3,
};

function hasPrivatePart(bytes: Buffer, publicKey: Buffer): boolean {
  const isPadded = bytes.length > 0 && bytes.length % blockBytesOfNoCipher === 0;
  const blob = new SshBlob(bytes);
  const [first, second] = [blob.number(), blob.number()];
  const name = blob.string();
  const isSame = first === second && name?.equals(new SshBlob(publicKey).string() ?? bytes);
  if (!isPadded || isSame !== true) return false;
  const count = privateParts[name?.toString('latin1') ?? ''];
  // The private part of a security key is in the token.
  if (count === undefined) return blob.string() !== undefined;
  const parts = Array.from({ length: count + 1 }, () => blob.string());
  // The padding counts from 1.
  return !parts.includes(undefined) && blob.rest.every((byte, index) => byte === index + 1);
}

function publicLineReason(line: string): string | undefined {
  const [type = '', base64 = ''] = line.split(/[ \t]+/, 2);
  const isBase64 = base64 !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  if (!isBase64 || base64.length % 4 !== 0) return 'must have an algorithm and base64';
  return publicBlobReason(Buffer.from(base64, 'base64'), type);
}

/**
 * Returns an `authorized_keys` line without its options, in which quotes may have spaces. As in
 * sshd, a backslash escapes a quote and nothing else.
 */
function withoutOptions(line: string): string {
  if (/^(?:ssh-|ecdsa-|sk-)/.test(line)) return line;
  const options = /^(?:[^\s"]|"(?:\\"|\\(?!")|[^"\\])*")+[ \t]+/.exec(line);
  return options === null ? line : line.slice(options[0].length);
}

function rfc4716Reasons(text: string): readonly string[] {
  const form = /^---- BEGIN SSH2 PUBLIC KEY ----\n([^]*)\n---- END SSH2 PUBLIC KEY ----\s*$/;
  const body = form.exec(text.replaceAll('\r\n', '\n'))?.[1];
  if (body === undefined) return ['must have both boundaries of RFC 4716'];
  // A header may go on in further lines, each before it with a backslash at its end.
  const lines = body.replaceAll('\\\n', '').split('\n');
  const base64 = lines.filter((line) => !line.includes(':')).join('');
  const isBase64 = base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  const reason = isBase64 ? publicBlobReason(Buffer.from(base64, 'base64')) : damaged;
  return reason === undefined ? [] : [reason];
}
