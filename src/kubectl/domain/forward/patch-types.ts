import { mediaTypeOf } from '../../../platform/http/domain/media-type.js';

interface Typed {
  readonly method: string;
  readonly contentType?: string | undefined;
}

/** Reports whether it is a JSON patch: https://www.rfc-editor.org/rfc/rfc6902 */
export function isJsonPatch({ method, contentType }: Typed): boolean {
  return method === 'PATCH' && mediaTypeOf(contentType) === 'application/json-patch+json';
}

/** Reports an apply: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export function isApply({ method, contentType }: Typed): boolean {
  const isOfApply = mediaTypeOf(contentType)?.startsWith('application/apply-patch+') === true;
  return method === 'PATCH' && isOfApply;
}
