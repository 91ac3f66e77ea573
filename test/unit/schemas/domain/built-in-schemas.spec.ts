import { describe, expect, it } from 'vitest';
import { createKeyAndCertificate } from './tls-files.js';
import {
  builtInSchemas,
  builtInSchemasOf,
} from '../../../../src/schemas/domain/built-in-schemas.js';
import { checkSecret } from '../../../../src/schemas/domain/check-secret.js';
import { values } from '../../secrets/domain/secret.builder.js';

const subject = (type: string, labels = {}) => ({ namespace: 'shop', type, labels });
const namesOf = (...of: Parameters<typeof subject>): string[] =>
  builtInSchemasOf(subject(...of)).map(({ name }) => name);

it('applies by the label, by the type, and once if both name it', () => {
  const label = { 'sallyport.dev/schema': 'tls' };
  expect(namesOf('Opaque', label)).toEqual(['tls']);
  expect(namesOf('sallyport.dev/jwt')).toEqual(['jwt']);
  expect(namesOf('sallyport.dev/tls', label)).toEqual(['tls']);
  expect(namesOf('sallyport.dev/jwt', label)).toEqual(['jwt', 'tls']);
  expect(namesOf('Opaque', { 'sallyport.dev/schema': 'unknown' })).toEqual([]);
  expect(namesOf('Opaque')).toEqual([]);
});

function problems(name: string, data: Record<string, string>): string[] {
  const rules = builtInSchemas.get(name);
  if (rules === undefined) throw new Error(`there is no schema ${name}`);
  const found = checkSecret(rules, { data: values(data), annotations: {} }, { nowMs: Date.now() });
  return found.map(({ error: { pointer, reason } }) => `${pointer} ${reason}`);
}

describe('a built-in schema', () => {
  it('demands its keys', () => {
    expect(problems('jwt', {})).toEqual(['/data/token is required by the schema']);
    expect(problems('htpasswd', {})).toEqual(['/data must have one of auth, users, htpasswd']);
  });

  it('checks each of its keys', () => {
    const found = problems('dsn.redis', { url: 'redis://cache/0', REDIS_URL: 'http://cache' });
    expect(found).toEqual([expect.stringMatching('^/data/REDIS_URL must begin with redis://')]);
  });

  it('leaves other keys alone', () => {
    expect(problems('dsn.redis', { url: 'redis://cache/0', note: 'anything' })).toEqual([]);
  });

  it('matches certificate and key of TLS', async () => {
    const [one, other] = [await createKeyAndCertificate(), await createKeyAndCertificate()];
    expect(problems('tls', { 'tls.crt': one.certificate, 'tls.key': one.key })).toEqual([]);
    expect(problems('tls', { 'tls.crt': one.certificate, 'tls.key': other.key })).toEqual([
      '/data/tls.key must be the private key of the first certificate in tls.crt',
    ]);
  });
});
