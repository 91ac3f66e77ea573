import { Buffer } from 'node:buffer';
import { limits } from '../../core/limits.js';
import type { ProtobufFields } from '../../core/protobuf-wire.js';
import { WireError, wireField, wireFields, wireItem, wireValues } from './wire.js';

/**
 * Messages of Kubernetes' KMS v2, package `v2`, with their numbers there.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kms/apis/v2/api.proto
 */
export interface KmsStatus {
  readonly version: string;
  /** `ok`, or the fault. */
  readonly healthz: string;
  readonly keyId: string;
}

/** Wrapped key of a plugin, with everything needed to unwrap it. */
export interface KmsWrapped {
  readonly ciphertext: Uint8Array;
  readonly keyId: string;
  readonly annotations: ReadonlyMap<string, Uint8Array>;
}

export const methods = {
  status: '/v2.KeyManagementService/Status',
  encrypt: '/v2.KeyManagementService/Encrypt',
  decrypt: '/v2.KeyManagementService/Decrypt',
} as const;

export function encryptRequest(plaintext: Uint8Array, uid: string): Buffer {
  return Buffer.concat([wireField(1, plaintext), wireField(2, uid)]);
}

export function decryptRequest(wrapped: KmsWrapped, uid: string): Buffer {
  const { ciphertext, keyId, annotations } = wrapped;
  const entries = [...annotations].map(([name, value]) =>
    wireItem(4, Buffer.concat([wireField(1, name), wireField(2, value)])),
  );
  return Buffer.concat([
    wireField(1, ciphertext),
    wireField(2, uid),
    wireField(3, keyId),
    ...entries,
  ]);
}

/** Parses a response. Throws WireError, like all functions that read responses. */
export function statusResponse(message: Uint8Array): KmsStatus {
  const fields = wireFields(message);
  return { version: text(fields, 1), healthz: text(fields, 2), keyId: boundedKeyId(fields, 3) };
}

export function decryptResponse(message: Uint8Array): Buffer {
  return Buffer.from(last(wireFields(message), 1));
}

/** Parses a response within the limits that Kubernetes sets. */
export function encryptResponse(message: Uint8Array): KmsWrapped {
  const fields = wireFields(message);
  const annotations = new Map<string, Uint8Array>();
  let annotationBytes = 0;
  for (const bytes of wireValues(fields, 3)) {
    const entry = wireFields(bytes);
    annotations.set(text(entry, 1), last(entry, 2));
    annotationBytes += bytes.length;
  }
  const ciphertext = last(fields, 1);
  const keyId = boundedKeyId(fields, 2);
  const isBounded =
    ciphertext.length <= limits.kmsCiphertextBytesMax &&
    annotationBytes <= limits.kmsAnnotationBytesMax;
  if (!isBounded) throw new WireError('what it encrypted is too large');
  if (ciphertext.length === 0 || keyId === '') throw new WireError('it encrypted nothing');
  return { ciphertext, keyId, annotations };
}

function boundedKeyId(fields: ProtobufFields, number: number): string {
  const bytes = last(fields, number);
  if (bytes.length > limits.kmsKeyIdBytesMax) throw new WireError('its key_id is too long');
  return Buffer.from(bytes).toString('utf8');
}

/** Returns the last of repeated fields; an absent field is empty. */
function last(fields: ProtobufFields, number: number): Uint8Array {
  return wireValues(fields, number).at(-1) ?? new Uint8Array();
}

function text(fields: ProtobufFields, number: number): string {
  return Buffer.from(last(fields, number)).toString('utf8');
}
