import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { createdKey } from '../../../../src/secrets/domain/created-key.js';
import { parsePem, type PemBlock } from '../../../../src/secrets/domain/pem.js';
import { tlsPairErrors } from '../../../../src/secrets/domain/tls-pair.js';
import { values } from './secret.builder.js';
import { processorMs } from '../../../support/processor-time.js';

const pem = (der: Buffer, label: string): string =>
  `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;
const element = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  return Buffer.concat([Buffer.from([tag, 0x84]), size, content]);
};

/** PKCS #8 of DSA with a modulus of 64 kbit, whose public key takes minutes to compute. */
function costlyKey(label: string): string {
  const large = element(0x02, Buffer.from([0x00]), Buffer.alloc(8_192, 0xff));
  const algorithm = element(
    0x30,
    element(0x06, Buffer.from('2a8648ce380401', 'hex')),
    element(0x30, large, large, large),
  );
  const secret = element(0x04, large);
  return pem(element(0x30, element(0x02, Buffer.from([0])), algorithm, secret), label);
}

const blockOf = (text: string): PemBlock => {
  const [block] = parsePem(text) ?? [];
  if (block === undefined) throw new Error('no PEM');
  return block;
};

it('creates keys that clients use', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  for (const type of ['pkcs8', 'sec1'] as const) {
    const text = privateKey.export({ type, format: 'pem' }).toString();
    expect(createdKey(blockOf(text))).toMatchObject({ asymmetricKeyType: 'ec' });
  }
});

it.each(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY'])(
  'does not compute the public key of DSA under the label %s',
  (label) => {
    const started = processorMs();
    expect(createdKey(blockOf(costlyKey(label)))).toMatch(/DSA or DH|damaged/);
    const data = values({ 'tls.crt': 'none', 'tls.key': costlyKey(label) });
    expect(tlsPairErrors(data)).toHaveLength(2);
    // Computing takes a minute and more.
    expect(processorMs() - started).toBeLessThan(5_000);
  },
);

it('says that a key is damaged', () => {
  expect(createdKey(blockOf(pem(Buffer.from('damaged'), 'PRIVATE KEY')))).toMatch(/damaged/);
});
