import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../../services/programs.js';
import { marker } from './secret.builder.js';
import { placesOf } from './type-errors.builder.js';

const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;

describe('kubernetes.io/ssh-auth', () => {
  const type = 'kubernetes.io/ssh-auth';
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'sallyport-'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test('takes PEM keys of every label, also with a passphrase in legacy headers', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const cipher = { cipher: 'aes-128-cbc', passphrase: 'x' };
    const forms = [
      rsa.export(pkcs8),
      rsa.export({ type: 'pkcs1', format: 'pem' }),
      rsa.export({ type: 'pkcs1', format: 'pem', ...cipher }),
      rsa.export({ ...pkcs8, ...cipher }),
    ];
    for (const key of forms) expect(placesOf(type, { 'ssh-privatekey': key })).toEqual([]);
  });

  test('takes what ssh-keygen writes', () => {
    const file = join(directory, 'id');
    execFileSync(findProgram('ssh-keygen', 'openssh-client'), [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-f',
      file,
    ]);
    expect(placesOf(type, { 'ssh-privatekey': readFileSync(file) })).toEqual([]);
  });

  test.each([
    ['text', marker],
    ['an open block', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n'],
    ['a public key', `ssh-ed25519 ${marker}`],
    [
      'OpenSSH without its magic',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
    ],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('refuses %s', (_title, key) => {
    expect(placesOf(type, { 'ssh-privatekey': key })).toEqual(['/data/ssh-privatekey']);
  });
});
