import { badRequest } from './errors/sallyport-error.js';
import {
  type ProtobufFields,
  type WireType,
  protobufFields,
  unreadable,
  wireTypes,
} from './protobuf-wire.js';

export type { ProtobufFields } from './protobuf-wire.js';

/** Object in Kubernetes' protobuf form, with its type from the envelope. */
export interface ProtobufObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly fields: ProtobufFields;
}

/** Prefix of every object: `k8s` and a zero byte. */
const PREFIX = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
/** Type, object, encoding and media type of the envelope. */
const envelopeTypes = new Map([1, 2, 3, 4].map((number) => [number, wireTypes.delimited]));
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads texts and messages of an object without knowing its type. Throws BadRequest for an invalid
 * object, without quoting it.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function protobufObject(body: Buffer): ProtobufObject {
  if (!body.subarray(0, PREFIX.byteLength).equals(PREFIX)) throw unreadable();
  const envelope = protobufFields(body.subarray(PREFIX.byteLength));
  requireWireTypes(envelope, envelopeTypes);
  const type = protobufMessage(envelope, 1);
  return {
    apiVersion: protobufText(type, 1),
    kind: protobufText(type, 2),
    fields: protobufMessage(envelope, 2),
  };
}

/** Returns the fields of a message in a field; none if it is absent. Throws BadRequest. */
export function protobufMessage(fields: ProtobufFields, number: number): ProtobufFields {
  return protobufFields(single(fields, number) ?? Buffer.alloc(0));
}

/** Returns a text; `''` if it is absent, as protobuf defines. Throws BadRequest. */
export function protobufText(fields: ProtobufFields, number: number): string {
  const bytes = single(fields, number);
  if (bytes === undefined) return '';
  try {
    return utf8.decode(bytes);
  } catch {
    throw badRequest('the body has a text that is not valid UTF-8');
  }
}

/** Throws BadRequest if a field of these numbers has another wire type. */
export function requireWireTypes(
  fields: ProtobufFields,
  types: ReadonlyMap<number, WireType>,
): void {
  for (const [number, wireType] of types) {
    const values = fields.get(number) ?? [];
    if (values.some((value) => value.wireType !== wireType)) throw unreadable();
  }
}

/** Returns a field's only value. Readers take the first, the last or both duplicates. */
function single(fields: ProtobufFields, number: number): Buffer | undefined {
  const [value, ...others] = fields.get(number) ?? [];
  if (others.length > 0) throw badRequest('the body gives one field more than once');
  if (value !== undefined && value.wireType !== wireTypes.delimited) throw unreadable();
  return value?.bytes;
}
