import { SallyportError, invalidAt } from '../../../core/errors/sallyport-error.js';
import type { RawRequest } from '../../../core/forwarding.js';
import { parseJson } from '../../../core/parse-json.js';
import { protobufObject, requireWireTypes } from '../../../core/protobuf-fields.js';
import { wireTypes } from '../../../core/protobuf-wire.js';
import { mediaTypeOf } from '../../../platform/http/domain/media-type.js';
import { membersOf } from '../../../secrets/domain/body-members.js';
import { isProtobuf } from './body-form.js';

const DRY_RUN = 5;
const { varint, delimited } = wireTypes;
/**
 * Field types of DeleteOptions, by field number.
 * https://github.com/kubernetes/apimachinery/blob/v0.37.2/pkg/apis/meta/v1/generated.proto
 */
const fieldTypes = new Map([
  ...[1, 3, 6].map((number) => [number, varint] as const),
  ...[2, 4, DRY_RUN].map((number) => [number, delimited] as const),
]);

/**
 * Reports whether the options of a delete request a dry run. The API server must read them equally,
 * so ambiguous options are refused. Throws UnsupportedMediaType for what is neither JSON nor
 * protobuf, BadRequest and Invalid.
 */
export function isDryDelete(raw: RawRequest, body: Buffer): boolean {
  if (isProtobuf(raw)) {
    const { fields } = protobufObject(body);
    requireWireTypes(fields, fieldTypes);
    return fields.has(DRY_RUN);
  }
  const mediaType = mediaTypeOf(raw.contentType) ?? 'application/json';
  if (mediaType !== 'application/json') {
    const sentence = 'the options of a delete are taken as application/json, or as protobuf';
    throw new SallyportError('UnsupportedMediaType', sentence);
  }
  const { dryRun = null } = membersOf(parseJson(body));
  if (dryRun === null) return false;
  if (!Array.isArray(dryRun)) throw invalidAt('/dryRun', 'must be a list');
  return dryRun.length > 0;
}
