import { successStatus } from '../../core/success-status.js';
import type { Answer } from '../../platform/http/answer.js';
import type { Rendered } from '../domain/values/render-values.js';
import type { ValuesRead } from '../read/secret-values.js';

/** Returns the values, or that the caller has them. */
export function presentValues({ etag, content }: ValuesRead<Rendered>): Answer {
  if (content === undefined) return { status: successStatus.notModified, headers: { etag } };
  const { body, mediaType } = content;
  return { status: 200, headers: { etag, 'content-type': mediaType }, body: body.reveal() };
}
