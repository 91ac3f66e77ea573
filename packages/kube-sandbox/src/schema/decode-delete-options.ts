import type { Buffer } from 'node:buffer';

import { badRequest } from '../model/api-status.js';
import { isJsonObject, type JsonObject } from '../model/kube-object.js';
import type { SchemaSource } from '../model/schema-node.js';
import { DecodeFailure } from './decode-options.js';
import { DecodeProblems, GoDecodeError, outside } from './decode-problems.js';
import { parseBody } from './parse-body.js';
import { notRegistered, readTypeMeta, withDefaults } from './type-meta.js';
import { TypedDecoder } from './typed-decoder.js';

const kind = 'DeleteOptions';
const expected = { group: 'meta.k8s.io', version: 'v1', kind };

/**
 * Decodes the DeleteOptions in a body; every group has this kind. Throws ApiStatusError (400) with
 * only the decoder's words.
 */
export function decodeDeleteOptions(
  body: Buffer,
  contentType: string,
  schemas: SchemaSource,
): JsonObject {
  try {
    const { value } = parseBody(body, contentType);
    const given = withDefaults(readTypeMeta(value), expected);
    if (given.kind !== kind) throw notRegistered(given);
    const problems = new DecodeProblems();
    const node = schemas.forKind('', 'v1', kind) ?? {};
    const decoder = new TypedDecoder(schemas, problems);
    const options = decoder.decode(value, { node, type: `v1.${kind}`, place: outside, path: '' });
    problems.finish();
    return isJsonObject(options) ? options : {};
  } catch (error) {
    if (error instanceof DecodeFailure || error instanceof GoDecodeError) {
      throw badRequest(error.message);
    }
    throw error;
  }
}
