import { describe, expect, it } from 'vitest';
import { certificateKeyForm } from '../../../../src/secrets/domain/certificate-key.js';
import { derOf, element, fixture } from '../../schemas/domain/kinds/fixtures.js';
import { certificateOf, compressed, explicit, rsa, uncompressed } from './certificate.builder.js';

const formOf = (der: Buffer) => certificateKeyForm({ base64: der.toString('base64') });

describe('the form of the key of a certificate', () => {
  it.each([
    ['of RSA', rsa, 'ordinary'],
    ['of a curve', uncompressed, 'ordinary'],
    ['with half of a point', compressed, 'compressed'],
    ['with a curve of its own', explicit, 'explicit'],
    ['without a curve', { ...uncompressed, parameters: Buffer.alloc(0) }, 'explicit'],
    ['without a point', { ...uncompressed, point: Buffer.of(0) }, 'compressed'],
  ])('%s', (_case, key, form) => {
    expect(formOf(certificateOf(key))).toBe(form);
    expect(formOf(certificateOf(key, { isVersion1: true }))).toBe(form);
  });

  it('is the costly one if the point is in parts', () => {
    expect(formOf(certificateOf(uncompressed, { pointTag: 0x23 }))).toBe('compressed');
  });

  it('is found in a trusted certificate', () => {
    expect(formOf(Buffer.concat([certificateOf(compressed), element(0x30)]))).toBe('compressed');
  });

  it.each(['root', 'edroot', 'bpleaf', 'v1', 'trusted'])(
    'is ordinary in what openssl writes: %s',
    (name) => {
      expect(formOf(derOf(fixture(`certificates/${name}.pem`)))).toBe('ordinary');
    },
  );

  it.each([
    Buffer.alloc(0),
    Buffer.from('text'),
    element(0x30),
    certificateOf(rsa).subarray(0, 30),
  ])('is unknown for what is no certificate: %#', (der) => {
    expect(formOf(der)).toBeUndefined();
  });
});
