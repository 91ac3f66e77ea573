import { describe, expect, test } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { generatedKeyNames } from '../../../../src/rotation/domain/generated/generated-keys.js';
import type { GeneratedKey } from '../../../../src/rotation/domain/rotation-spec.js';
import { GeneratorFault, generateValues } from '../../../../src/rotation/generators/generate.js';
import {
  certificateRules,
  generated,
  passwordAt,
  rawAt,
  templateAt,
} from '../domain/generated/generated.builder.js';
import { inputFor, textsOf } from './values.builder.js';

const algorithm = { name: 'Ed25519' } as const;
const everyKind: readonly GeneratedKey[] = [
  templateAt('dsn', 'postgresql://{{ username }}:{{ password | urlencode }}@{{ host }}/'),
  passwordAt('password', { allow: '/@:%', classes: ['symbols', 'digits'] }),
  rawAt('seed'),
  generated('id', { kind: 'uuid' }),
  generated('key', { kind: 'keyPair', keyPair: { algorithm, publicKey: 'key.pub' } }),
  generated('ssh', {
    kind: 'sshKeyPair',
    sshKeyPair: { algorithm, publicKey: 'ssh.pub', comment: 'c' },
  }),
  generated('tls.key', {
    kind: 'certificate',
    certificate: certificateRules({ caKey: 'ca.crt' }),
  }),
  generated('jwk', {
    kind: 'jwks',
    jwks: { algorithm: 'EdDSA', publicKeySet: 'jwks', keepOld: 1 },
  }),
];
const facts = { username: 'app', host: 'db.svc' };

describe('generated values', () => {
  test('are those of every key that the generators name, and of no other', async () => {
    const values = await generateValues(inputFor(everyKind, { facts }));
    expect([...values.keys()].toSorted()).toEqual([...generatedKeyNames(everyKind)].toSorted());
    expect([...values.values()].every((value) => value instanceof SecretValue)).toBe(true);
  });

  test('are other ones each time', async () => {
    const [one, two] = [
      await generateValues(inputFor(everyKind, { facts })),
      await generateValues(inputFor(everyKind, { facts })),
    ];
    for (const [key, value] of one) expect(two.get(key)?.equals(value)).toBe(false);
  });

  test.each([
    ['hex', /^[0-9a-f]{96}$/],
    ['base64', /^[A-Za-z0-9+/]{64}$/],
    ['base64url', /^[A-Za-z0-9_-]{64}$/],
  ] as const)('are bytes as %s', async (encoding, pattern) => {
    const bytes = { sizeBytes: 48, encoding };
    const texts = await textsOf([generated('bytes', { kind: 'bytes', bytes })]);
    expect(texts['bytes']).toMatch(pattern);
  });

  test('are bytes as they are', async () => {
    const values = await generateValues(inputFor([rawAt('seed', 1_024)]));
    expect(values.get('seed')?.sizeBytes).toBe(1_024);
  });

  test('are random UUIDs', async () => {
    const texts = await textsOf([generated('id', { kind: 'uuid' })]);
    expect(texts['id']).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test('are 1,000 passwords that come back whole from the URLs they are put into', async () => {
    const allow = ' \'"`\\';
    const classes = ['lower', 'upper', 'digits', 'symbols'] as const;
    const dsn = 'postgresql://{{ username | urlencode }}:{{ password | urlencode }}@{{ host }}:1/d';
    const generate = [passwordAt('password', { allow, classes }), templateAt('dsn', dsn)];
    for (let run = 0; run < 1_000; run += 1) {
      const { password = '', dsn: text = '' } = await textsOf(generate, {
        facts: { username: 'a@b', host: 'db.svc' },
      });
      const url = new URL(text);
      expect(password).toHaveLength(32);
      expect(decodeURIComponent(url.password)).toBe(password);
      expect([decodeURIComponent(url.username), url.host]).toEqual(['a@b', 'db.svc:1']);
    }
  });

  test('refuse rules that nothing can keep, naming the key alone', async () => {
    const made = textsOf([passwordAt('password', { length: 2 })]);
    await expect(made).rejects.toThrow(GeneratorFault);
    await expect(made).rejects.toThrow(
      'the key password cannot be generated: no password has a character of each class',
    );
  });
});
