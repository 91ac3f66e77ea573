import { join } from 'node:path';
import { type MethodDefinition, loadSync } from '@grpc/proto-loader';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decryptRequest,
  decryptResponse,
  encryptRequest,
  encryptResponse,
  methods,
  statusResponse,
} from '../../../../src/encryption/kms/kms-messages.js';
import { kmsRow, kmsWrappedIn } from '../../../../src/encryption/kms/kms-row.js';
import { WireError } from '../../../../src/encryption/kms/wire.js';

type Method = MethodDefinition<object, object>;
const proto = join(import.meta.dirname, '../../../kms/kms.proto');
const service = loadSync(proto, { keepCase: true, defaults: true })['v2.KeyManagementService'];
const { Status, Encrypt, Decrypt } = service as unknown as Record<string, Method>;

const bytes = fc.uint8Array({ maxLength: 300 });
const annotations = fc.dictionary(fc.domain(), bytes, { maxKeys: 3 });

/** Guarantee: what is written by hand is what the published definition means. */
describe('messages of KMS v2', () => {
  it('go to the published methods', () => {
    expect(methods).toEqual({
      status: Status?.path,
      encrypt: Encrypt?.path,
      decrypt: Decrypt?.path,
    });
  });

  it('are read by protobufjs as they were meant', () => {
    fc.assert(
      fc.property(bytes, fc.string(), fc.string(), annotations, (text, uid, keyId, notes) => {
        expect(Encrypt?.requestDeserialize(encryptRequest(text, uid))).toEqual({
          ...{ plaintext: Buffer.from(text), uid },
        });
        const wrapped = { ciphertext: text, keyId, annotations: new Map(Object.entries(notes)) };
        const read = Decrypt?.requestDeserialize(decryptRequest(wrapped, uid)) as Record<
          string,
          unknown
        >;
        expect(read).toMatchObject({ ciphertext: Buffer.from(text), uid, key_id: keyId });
        expect(buffersOf(read['annotations'])).toEqual(buffersOf(notes));
      }),
    );
  });

  it('are understood as protobufjs writes them', () => {
    const some = fc.uint8Array({ minLength: 1, maxLength: 1_024 });
    const name = fc.string({ minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(some, name, annotations, (ciphertext, keyId, notes) => {
        const answer = { ciphertext, key_id: keyId, annotations: notes };
        const read = encryptResponse(Encrypt?.responseSerialize(answer) ?? Buffer.alloc(0));
        expect(Buffer.from(read.ciphertext)).toEqual(Buffer.from(ciphertext));
        expect(read.keyId).toBe(keyId);
        expect(buffersOf(Object.fromEntries(read.annotations))).toEqual(buffersOf(notes));
        expect(kmsWrappedIn(kmsRow(read))).toEqual({
          ciphertext: new Uint8Array(read.ciphertext),
          keyId,
          annotations: new Map(
            [...read.annotations].map(([key, value]) => [key, new Uint8Array(value)]),
          ),
        });
      }),
    );
    const status = { version: 'v2', healthz: 'ok', key_id: 'k' };
    expect(statusResponse(Status?.responseSerialize(status) ?? Buffer.alloc(0))).toEqual({
      ...{ version: 'v2', healthz: 'ok', keyId: 'k' },
    });
    const plaintext = { plaintext: Buffer.from('x') };
    const serialized = Decrypt?.responseSerialize(plaintext) ?? Buffer.alloc(0);
    expect(decryptResponse(serialized).toString()).toBe('x');
  });

  it.each([
    ['a ciphertext over 1 KiB', { ciphertext: Buffer.alloc(1_025, 1), key_id: 'k' }],
    ['a key_id over 1 KiB', { ciphertext: Buffer.of(1), key_id: 'k'.repeat(1_025) }],
    ['no key_id', { ciphertext: Buffer.of(1) }],
    ['no ciphertext', { key_id: 'k' }],
    [
      'annotations over 32 KiB',
      { ciphertext: Buffer.of(1), key_id: 'k', annotations: { 'a.example': Buffer.alloc(33_000) } },
    ],
  ])('are refused with %s', (_what, answer) => {
    const message = Encrypt?.responseSerialize(answer) ?? Buffer.alloc(0);
    expect(() => encryptResponse(message)).toThrow(WireError);
  });

  it('may have fields of other kinds, which are skipped, and none that is cut off', () => {
    const known = Buffer.of(10, 1, 0x78);
    const others = [
      Buffer.of(8, 0xff, 1),
      Buffer.of(9, ...Buffer.alloc(8)),
      Buffer.of(13, 1, 2, 3, 4),
    ];
    for (const other of others) {
      expect(decryptResponse(Buffer.concat([other, known, other])).toString()).toBe('x');
      expect(() => decryptResponse(other.subarray(0, other.length - 1))).toThrow(WireError);
    }
    expect(() => decryptResponse(known.subarray(0, 2))).toThrow(WireError);
    expect(() => decryptResponse(Buffer.of(0x0b))).toThrow(WireError);
  });

  it('never keep the reader from ending', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        try {
          encryptResponse(message);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function buffersOf(record: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record as Record<string, Uint8Array>).map(([key, value]) => [
      key,
      Buffer.from(value).toString('hex'),
    ]),
  );
}
