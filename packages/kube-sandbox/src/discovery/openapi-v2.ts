import { Buffer } from 'node:buffer';
import type { JsonObject } from '../model/kube-object.js';

export const openApiV2ProtobufType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

const title = 'Kubernetes';
const version = '1.37';

/**
 * Returns `/openapi/v2` without paths and definitions. kubectl requests the document to validate a
 * `kind: List` or a kind that is not served, and skips every kind that the document lacks.
 */
export function openApiV2(): JsonObject {
  return { swagger: '2.0', info: { title, version }, paths: {}, definitions: {} };
}

/** Encodes one length-delimited protobuf field; the lengths here take one byte. */
function protobufField(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}

/** Encodes `/openapi/v2` as an `openapi.v2.Document`, the only form that kubectl reads. */
export function openApiV2Protobuf(): Buffer {
  const info = Buffer.concat([
    protobufField(1, Buffer.from(title)),
    protobufField(2, Buffer.from(version)),
  ]);
  return Buffer.concat([
    protobufField(1, Buffer.from('2.0')),
    protobufField(2, info),
    protobufField(8, Buffer.alloc(0)),
  ]);
}
