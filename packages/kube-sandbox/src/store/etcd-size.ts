import { ApiStatusError } from '../model/api-status.js';
import { isJsonObject, type Json, type JsonObject, type KubeObject } from '../model/kube-object.js';
import { bounds } from './sandbox-bounds.js';

/** Protobuf overhead of each value: its tag and its length. */
const FRAME_BYTES = 2;

/**
 * Refuses an object that is too large for etcd, as the API server does: 500 without a reason.
 * https://etcd.io/docs/v3.6/dev-guide/limit/#request-size-limit
 */
export function refuseTooLarge(object: KubeObject, textBytes: number): void {
  // Protobuf is never larger than JSON.
  if (textBytes <= bounds.objectBytesMax) return;
  if (isStoredAsJson(object) || protobufBytes(object) > bounds.objectBytesMax) {
    throw new ApiStatusError(500, '', 'etcdserver: request is too large');
  }
}

/** Custom resources and their definitions are stored as JSON, all others as protobuf. */
function isStoredAsJson({ apiVersion }: KubeObject): boolean {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  if (group === 'apiextensions.k8s.io') return true;
  return group.includes('.') && !group.endsWith('.k8s.io');
}

/** Estimates the size as protobuf, which has bytes where JSON has base64. */
function protobufBytes({ metadata, kind, ...others }: KubeObject): number {
  const { managedFields = [], ...meta } = metadata;
  const binary = kind === 'Secret' ? 'data' : 'binaryData';
  const { [binary]: encoded, ...rest } = others as JsonObject;
  return (
    Buffer.byteLength(JSON.stringify(managedFields)) +
    valueBytes(meta) +
    valueBytes(rest) +
    valueBytes(encoded, (text) => Buffer.byteLength(text, 'base64'))
  );
}

function valueBytes(value: Json | undefined, textBytes = utf8Bytes): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'string') return FRAME_BYTES + textBytes(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, it) => sum + valueBytes(it), 0);
  if (!isJsonObject(value)) return FRAME_BYTES;
  return Object.entries(value).reduce(
    (sum, [name, member]) => sum + FRAME_BYTES + utf8Bytes(name) + valueBytes(member, textBytes),
    FRAME_BYTES,
  );
}

function utf8Bytes(text: string): number {
  return Buffer.byteLength(text);
}
