import { Buffer } from 'node:buffer';

import { badRequest } from '../model/api-status.js';
import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';
import { apiVersionOf } from '../model/resource-definition.js';
import { goQuote } from '../authz/go-quote.js';
import { parseApiVersion, withDefaults, type TypeMeta } from '../schema/type-meta.js';
import { decodeMessage } from './decode-message.js';
import { messageOfKind } from './message-types.js';
import { ProtobufSyntaxError } from './protobuf-reader.js';

const prefix = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
const envelopeType = 'pkg.runtime.Unknown';
const deleteOptions = 'DeleteOptions';

/** Wording of a 400; `given` is undefined while the type of the body is unknown. */
type Wording = (why: string, given?: TypeMeta) => string;

/**
 * Decodes an object in Kubernetes' protobuf form to JSON. A kind that the sandbox does not serve
 * becomes an object with only apiVersion and kind, which the JSON decoder refuses. `expected` is
 * the type of a body that names none. Throws ApiStatusError 400, which never contains the body.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function protobufToJson(body: Buffer, expected: TypeMeta): JsonObject {
  // The API server appends the first bytes of a body of unknown type; the sandbox does not.
  const shown = body.length === 0 ? ' (<empty>)' : '';
  return decode(body, expected, (why, given) => {
    if (given === undefined) {
      const must = `(must be of type ${expected.kind})`;
      return `the object provided is unrecognized ${must}: ${why}${shown}`;
    }
    const said = `${given.kind} in version ${goQuote(given.version)}`;
    return `${said} cannot be handled as a ${expected.kind}: ${why}`;
  });
}

/** Decodes the DeleteOptions of a DELETE, with shorter error texts. */
export function protobufToDeleteOptions(body: Buffer): JsonObject {
  const object = decode(body, { group: '', version: 'v1', kind: deleteOptions }, (why) => why);
  const { apiVersion, kind } = object;
  if (kind === deleteOptions) return object;
  const what = `no kind ${goQuote(textOf(kind))} is registered for version`;
  throw badRequest(`${what} ${goQuote(textOf(apiVersion))} in scheme "pkg/runtime/scheme.go:111"`);
}

function decode(body: Buffer, expected: TypeMeta, wording: Wording): JsonObject {
  const envelope = orRefused(() => decodeEnvelope(body), wording);
  const type = withDefaults(typeMeta(envelope), expected);
  const message = messageOfKind(type);
  const raw = Buffer.from(textOf(envelope['raw']), 'base64');
  const content = orRefused(
    () => (message === undefined ? {} : decodeMessage(raw, message)),
    (why) => wording(why, type),
  );
  return { apiVersion: apiVersionOf(type), kind: type.kind, ...(isJsonObject(content) && content) };
}

function decodeEnvelope(body: Buffer): JsonObject {
  if (body.length === 0) throw new ProtobufSyntaxError('empty data');
  if (!body.subarray(0, prefix.length).equals(prefix)) {
    const what = 'provided data does not appear to be a protobuf message';
    throw new ProtobufSyntaxError(`${what}, expected prefix [${[...prefix].join(' ')}]`);
  }
  if (body.length === prefix.length) throw new ProtobufSyntaxError('empty body');
  const envelope = decodeMessage(body.subarray(prefix.length), envelopeType);
  return isJsonObject(envelope) ? envelope : {};
}

/** An apiVersion of more than two parts counts as absent. */
function typeMeta(envelope: JsonObject): TypeMeta {
  const given = isJsonObject(envelope['typeMeta']) ? envelope['typeMeta'] : {};
  const apiVersion = textOf(given['apiVersion']);
  const isReadable = apiVersion.split('/').length <= 2;
  return { ...parseApiVersion(isReadable ? apiVersion : ''), kind: textOf(given['kind']) };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function orRefused<T>(run: () => T, wording: Wording): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ProtobufSyntaxError)) throw error;
    throw badRequest(wording(error.message));
  }
}
