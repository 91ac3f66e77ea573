import type { RawRequest } from '../../../core/forwarding.js';
import { mediaTypeOf } from '../../../platform/http/domain/media-type.js';

type Typed = Pick<RawRequest, 'contentType'>;

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding */
export function isProtobuf({ contentType }: Typed): boolean {
  return mediaTypeOf(contentType) === 'application/vnd.kubernetes.protobuf';
}

/** Reports whether the body is YAML, which includes JSON; its readers differ. */
export function isYaml({ contentType }: Typed): boolean {
  return mediaTypeOf(contentType)?.endsWith('yaml') === true;
}
