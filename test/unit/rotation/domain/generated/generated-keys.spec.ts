import { expect, test } from 'vitest';
import { generatedKeyNames } from '../../../../../src/rotation/domain/generated/generated-keys.js';
import { certificateRules, generated, passwordAt, templateAt } from './generated.builder.js';

const algorithm = { name: 'Ed25519' } as const;

test('names the keys of private parts and of all that belongs to them', () => {
  const certificate = certificateRules({ caKey: 'ca.crt' });
  const generate = [
    passwordAt('password'),
    generated('id', { kind: 'uuid' }),
    generated('key', { kind: 'keyPair', keyPair: { algorithm, publicKey: 'key.pub' } }),
    generated('ssh', {
      kind: 'sshKeyPair',
      sshKeyPair: { algorithm, publicKey: 'ssh.pub', comment: '' },
    }),
    generated('tls.key', { kind: 'certificate', certificate }),
    generated('jwk', {
      kind: 'jwks',
      jwks: { algorithm: 'ES256', publicKeySet: 'jwks', keepOld: 1 },
    }),
    templateAt('dsn', '{{ password }}'),
  ];
  expect(generatedKeyNames(generate)).toEqual([
    ...['password', 'id', 'key', 'key.pub', 'ssh', 'ssh.pub'],
    ...['tls.key', 'tls.crt', 'ca.crt', 'jwk', 'jwks', 'dsn'],
  ]);
});

test('leaves out what is not stored', () => {
  const generate = [
    generated('key', { kind: 'keyPair', keyPair: { algorithm, publicKey: undefined } }),
    generated('tls.key', { kind: 'certificate', certificate: certificateRules() }),
  ];
  expect(generatedKeyNames(generate)).toEqual(['key', 'tls.key', 'tls.crt']);
});
