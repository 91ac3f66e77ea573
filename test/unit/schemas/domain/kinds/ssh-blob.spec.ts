import { describe, expect, it } from 'vitest';
import { publicBlobReason, SshBlob } from '../../../../../src/schemas/domain/kinds/ssh-blob.js';
import { sshBlob } from './fixtures.js';

const point = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, 4);

describe('SshBlob', () => {
  it('reads numbers and strings to the end', () => {
    const blob = new SshBlob(Buffer.concat([Buffer.from([0, 0, 1, 0]), sshBlob('ab', '')]));
    expect([blob.number(), blob.string()?.toString(), blob.isAtEnd]).toEqual([256, 'ab', false]);
    expect([blob.string()?.length, blob.isAtEnd, blob.number()]).toEqual([0, true, undefined]);
  });

  it('reads nothing past the end', () => {
    expect(new SshBlob(Buffer.from([0, 0, 0])).number()).toBeUndefined();
    expect(new SshBlob(Buffer.from([255, 255, 255, 255, 1])).string()).toBeUndefined();
  });
});

describe('publicBlobReason', () => {
  it.each([
    ['ssh-ed25519', [Buffer.alloc(32, 1)]],
    ['ssh-rsa', ['e', Buffer.alloc(256, 1)]],
    ['ssh-rsa', ['e', Buffer.concat([Buffer.alloc(1), Buffer.alloc(2_048, 255)])]],
    ['ecdsa-sha2-nistp256', ['nistp256', point(65)]],
    ['ecdsa-sha2-nistp384', ['nistp384', point(97)]],
    ['ecdsa-sha2-nistp521', ['nistp521', point(133)]],
    ['sk-ecdsa-sha2-nistp256@openssh.com', ['nistp256', point(65), 'ssh:']],
  ])('finds nothing wrong at %s', (name, parts) => {
    expect(publicBlobReason(sshBlob(name, ...parts), name)).toBeUndefined();
  });

  it.each([
    ['a leading zero that hides a short key', 'ssh-rsa', ['e', Buffer.alloc(256)], /below 2048/],
    ['a large key', 'ssh-rsa', ['e', Buffer.alloc(2_049, 1)], /above 16384/],
    ['an empty part', 'ssh-rsa', ['', Buffer.alloc(256, 1)], /damaged/],
    ['an absent part', 'ssh-rsa', ['e'], /damaged/],
    ['a name of Object', 'constructor', ['e'], /unknown algorithm/],
    ['another curve', 'ecdsa-sha2-nistp384', ['nistp256', point(97)], /damaged/],
    ['a compressed point', 'ecdsa-sha2-nistp256', ['nistp256', Buffer.alloc(33, 2)], /damaged/],
  ])('refuses %s', (_title, name, parts, reason) => {
    expect(publicBlobReason(sshBlob(name, ...parts))).toMatch(reason);
  });

  it('refuses a name that is not the one beside it', () => {
    const bytes = sshBlob('ssh-ed25519', Buffer.alloc(32, 1));
    expect(publicBlobReason(bytes, 'ssh-rsa')).toBe('names another algorithm than its public key');
  });
});
