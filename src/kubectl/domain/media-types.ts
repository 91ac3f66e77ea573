import { mediaTypeOf } from '../../platform/http/domain/media-type.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';

/** Default of generated Go clients; they have no fallback. */
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const OBJECT_TYPES = ['application/json', 'application/yaml', PROTOBUF] as const;
/** The options of a delete define its effect, so they must be read as the API server reads them. */
const DELETE_TYPES = ['application/json', PROTOBUF] as const;
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
] as const;

/**
 * Returns why a body of this kind is refused, in Kubernetes' words; undefined if it is accepted, or
 * if the method has none. CBOR clients fall back to JSON on 415.
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

/** Returns the media type; without a type, a body is JSON, but a patch must have one. */
function mediaType(method: string, contentType = ''): string {
  if (contentType === '' && method !== 'PATCH') return 'application/json';
  return mediaTypeOf(contentType) ?? '';
}
