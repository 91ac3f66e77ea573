import { mediaTypeOf } from '../../platform/http/domain/media-type.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';

/** What generated clients of Go write unless they are told otherwise; they fall back to nothing. */
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const OBJECT_TYPES = ['application/json', 'application/yaml', PROTOBUF] as const;
/** Whether a delete has an effect stands in its options, which must be read as they will be. */
const DELETE_TYPES = ['application/json', PROTOBUF] as const;
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
] as const;

/**
 * Why a body of this kind is not taken, in Kubernetes' words; undefined if it is, or where the
 * method has none. Clients that speak CBOR go back to JSON on 415.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
 */
export function bodyProblem(
  method: string,
  contentType: string | undefined,
  contentEncoding: string | undefined,
): SallyportError | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (!isPlain(contentEncoding)) {
    return unsupported('the body of the request has a content encoding: send it without one');
  }
  const accepted = typesOf(method);
  if (accepted.includes(mediaType(method, contentType))) return undefined;
  return unsupported(
    'the body of the request was in an unknown format - ' +
      `accepted media types include: ${accepted.join(', ')}`,
  );
}

function typesOf(method: string): readonly string[] {
  if (method === 'PATCH') return PATCH_TYPES;
  return method === 'DELETE' ? DELETE_TYPES : OBJECT_TYPES;
}

function unsupported(message: string): SallyportError {
  return new SallyportError('UnsupportedMediaType', message);
}

function isPlain(contentEncoding = ''): boolean {
  return ['', 'identity'].includes(contentEncoding.trim().toLowerCase());
}

/** A body without a type is JSON; a patch must say what it is. */
function mediaType(method: string, contentType = ''): string {
  if (contentType === '' && method !== 'PATCH') return 'application/json';
  return mediaTypeOf(contentType) ?? '';
}
