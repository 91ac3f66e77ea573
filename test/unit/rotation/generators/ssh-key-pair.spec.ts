import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyAlgorithm } from '../../../../src/rotation/domain/rotation-spec.js';
import { findProgram } from '../../../services/programs.js';
import { generated } from '../domain/generated/generated.builder.js';
import { textsOf } from './values.builder.js';

const run = promisify(execFile);
const comment = 'deploy key of web, 2026';
const algorithms: readonly (readonly [string, KeyAlgorithm, string])[] = [
  ['Ed25519', { name: 'Ed25519' }, '256 SHA256:.* \\(ED25519\\)'],
  ['P-256', { name: 'ECDSA', curve: 'P-256' }, '256 SHA256:.* \\(ECDSA\\)'],
  ['P-384', { name: 'ECDSA', curve: 'P-384' }, '384 SHA256:.* \\(ECDSA\\)'],
  ['P-521', { name: 'ECDSA', curve: 'P-521' }, '521 SHA256:.* \\(ECDSA\\)'],
  ['RSA 2048', { name: 'RSA', bits: 2048 }, '2048 SHA256:.* \\(RSA\\)'],
  ['RSA 3072', { name: 'RSA', bits: 3072 }, '3072 SHA256:.* \\(RSA\\)'],
  ['RSA 4096', { name: 'RSA', bits: 4096 }, '4096 SHA256:.* \\(RSA\\)'],
];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssh-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a key pair for ssh', () => {
  test.each(algorithms)('of %s is read by ssh-keygen, and signs', async (...row) => {
    const [name, algorithm, shown] = row;
    const { files, pub } = await writtenPair(name, algorithm, comment);
    expect(await output(['-y', '-f', files.key])).toBe(pub);
    expect(await output(['-l', '-f', files.pub])).toMatch(new RegExp(`^${shown}\n$`));
    expect(await output(['-l', '-f', files.key])).toMatch(new RegExp(`^${shown}\n$`));
    expect(pub.endsWith(` ${comment}\n`)).toBe(true);
    await verifySignature(files, pub);
  });

  test('is read by ssh-keygen whatever the numbers and the comment are like', async () => {
    const algorithm = fc.constantFrom<KeyAlgorithm>(
      { name: 'Ed25519' },
      { name: 'ECDSA', curve: 'P-256' },
      { name: 'ECDSA', curve: 'P-521' },
    );
    const anyComment = fc.stringMatching(/^([!-~][ -~]{0,40}[!-~])?$/);
    await fc.assert(
      fc.asyncProperty(algorithm, anyComment, async (kind, text) => {
        const { files, pub } = await writtenPair('any', kind, text);
        expect(await output(['-y', '-f', files.key])).toBe(pub);
      }),
      { numRuns: 60 },
    );
  });
});

interface KeyFiles {
  readonly key: string;
  readonly pub: string;
}

async function writtenPair(name: string, algorithm: KeyAlgorithm, text: string) {
  const rules = { algorithm, publicKey: 'pub', comment: text };
  const { key = '', pub = '' } = await textsOf([
    generated('key', { kind: 'sshKeyPair', sshKeyPair: rules }),
  ]);
  const files: KeyFiles = { key: join(folder, name), pub: join(folder, `${name}.pub`) };
  await rm(files.key, { force: true });
  await writeFile(files.key, key, { mode: 0o600 });
  await writeFile(files.pub, pub);
  return { files, pub };
}

/** The private half is the one of the public key. */
async function verifySignature(files: KeyFiles, pub: string): Promise<void> {
  const message = join(folder, 'message');
  const signers = join(folder, 'signers');
  await writeFile(message, 'text');
  await writeFile(signers, `me ${pub}`);
  await run(findProgram('ssh-keygen', 'openssh-client'), [
    '-Y',
    'sign',
    '-f',
    files.key,
    '-n',
    'test',
    message,
  ]);
  const verification = ['-Y', 'verify', '-f', signers, '-I', 'me', '-n', 'test'];
  const child = run(findProgram('ssh-keygen', 'openssh-client'), [
    ...verification,
    '-s',
    `${message}.sig`,
  ]);
  child.child.stdin?.end('text');
  expect((await child).stdout).toMatch(/^Good "test" signature for me /);
  await rm(`${message}.sig`);
}

async function output(args: readonly string[]): Promise<string> {
  return (await run(findProgram('ssh-keygen', 'openssh-client'), args)).stdout;
}
