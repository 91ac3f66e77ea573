import { sshBlob } from './fixtures.js';

/** Returns a public key of SSH in one line. */
export function publicLine(name: string, ...parts: readonly (string | Buffer)[]): string {
  return `${name} ${sshBlob(name, ...parts).toString('base64')} user@host`;
}

const point = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 0x5a)]);

/** Keys of FIDO tokens, which `ssh-keygen` makes with a token alone. */
export const securityKeys: readonly string[] = [
  publicLine('sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 0x5a), 'ssh:'),
  publicLine('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', point, 'ssh:'),
];
