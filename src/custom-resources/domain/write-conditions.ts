import { badRequest } from '../../core/errors/sallyport-error.js';
import { type EntityTags, parseEntityTags } from '../../secrets/domain/etag.js';

/** Preconditions of a write of a spec. */
export interface WriteConditions {
  readonly ifMatch: EntityTags | undefined;
  readonly ifNoneMatch: '*' | undefined;
}

/** Returns the preconditions of a write. Throws BadRequest for those without a meaning. */
export function writeConditions(
  method: string,
  headers: Readonly<Partial<Record<'if-match' | 'if-none-match', string | undefined>>>,
): WriteConditions {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifNoneMatch !== undefined && (ifNoneMatch.trim() !== '*' || method !== 'PUT')) {
    throw badRequest('If-None-Match takes only * and belongs to a PUT');
  }
  return {
    ifMatch: ifMatch === undefined ? undefined : parseEntityTags('If-Match', ifMatch),
    ifNoneMatch: ifNoneMatch === undefined ? undefined : '*',
  };
}
