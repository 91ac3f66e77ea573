import { describe, expect, test } from 'vitest';
import * as checks from '../../../../../src/rotation/domain/generated/generator-problems.js';
import type { GeneratedKey, Generator } from '../../../../../src/rotation/domain/rotation-spec.js';
import { certificateRules, generated, passwordAt, rawAt, templateAt } from './generated.builder.js';

const algorithm = { name: 'Ed25519' } as const;

describe('generators', () => {
  test('of every kind together have no problem', () => {
    const generate = [
      passwordAt('password'),
      rawAt('seed'),
      generated('id', { kind: 'uuid' }),
      keyPair('key', 'key.pub'),
      sshKeyPair('me@example'),
      generated('tls.key', { kind: 'certificate', certificate: certificateRules() }),
      jwks(10),
      templateAt('dsn', 'postgresql://app:{{ password | urlencode }}@{{ host }}/'),
    ];
    expect(checks.generatorProblems(generate, ['host'])).toEqual([]);
  });

  test('write no key twice, whichever part of them it is', () => {
    const certificate = certificateRules({ certificateKey: 'a', caKey: 'b' });
    const generate = [
      passwordAt('a'),
      passwordAt('a'),
      keyPair('b', 'b'),
      generated('c', { kind: 'certificate', certificate }),
    ];
    expect(checks.generatorProblems(generate, [])).toEqual(
      [
        '/generate/1/key',
        '/generate/2/keyPair/publicKey',
        '/generate/3/certificate/certificateKey',
        '/generate/3/certificate/caKey',
      ].map((pointer) => ({ pointer, reason: 'must not be generated twice' })),
    );
  });

  test('write what can be the key of a Secret', () => {
    expect(placesOf([keyPair('a/b', '..')])).toEqual([
      '/generate/0/key',
      '/generate/0/keyPair/publicKey',
    ]);
  });

  test('make a bounded number of keys', () => {
    const pairs = (count: number): readonly GeneratedKey[] =>
      Array.from({ length: count }, (_, index) => keyPair(`k${index}`, `p${index}`));
    expect(placesOf(pairs(16))).toEqual([]);
    expect(placesOf([...pairs(16), rawAt('one-more')])).toEqual(['/generate']);
  });

  test.each<[string, Generator]>([
    ['password/length', passwordAt('', { length: 8 }).generator],
    ['password/forbid', passwordAt('', { forbid: '0123456789' }).generator],
    ['bytes/size', rawAt('', 15).generator],
    ['bytes/size', rawAt('', 1_025).generator],
    ['sshKeyPair/comment', sshKeyPair('a\nssh-ed25519 AAAA').generator],
    ['sshKeyPair/comment', sshKeyPair('a'.repeat(257)).generator],
    ['certificate/dnsNames/0', certificateFor(['a b'])],
    ['jwks/keepOld', jwks(-1).generator],
    ['jwks/keepOld', jwks(11).generator],
    ['template', templateAt('', '{{ a').generator],
  ])('are refused at %s', (place, generator) => {
    const generate = [passwordAt('first'), generated('second', generator)];
    expect(placesOf(generate)).toEqual([`/generate/1/${place}`]);
  });

  test('take bytes from 16 to 1,024', () => {
    expect(placesOf([rawAt('a', 16), rawAt('b', 1_024)])).toEqual([]);
  });
});

function placesOf(generate: readonly GeneratedKey[]): readonly string[] {
  return checks.generatorProblems(generate, []).map(({ pointer }) => pointer);
}

function keyPair(key: string, publicKey: string): GeneratedKey {
  return generated(key, { kind: 'keyPair', keyPair: { algorithm, publicKey } });
}

function sshKeyPair(comment: string): GeneratedKey {
  const rules = { algorithm, publicKey: 'ssh.pub', comment };
  return generated('ssh', { kind: 'sshKeyPair', sshKeyPair: rules });
}

function jwks(keepOld: number): GeneratedKey {
  const rules = { algorithm: 'ES256', publicKeySet: 'jwks', keepOld } as const;
  return generated('jwk', { kind: 'jwks', jwks: rules });
}

function certificateFor(dnsNames: readonly string[]): Generator {
  return { kind: 'certificate', certificate: certificateRules({ dnsNames }) };
}
