import { CallOutcome } from '../../calls/domain/call-trace.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import {
  type ConditionHeaders,
  type EntityTags,
  entityTag,
  matchesEntityTags,
  tagsIn,
} from './etag.js';

export interface ReadPreconditions {
  readonly ifMatch?: EntityTags | undefined;
  readonly ifNoneMatch?: EntityTags | undefined;
}

interface Tagged {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Returns the preconditions of a read. Throws BadRequest for malformed tags. */
export function readPreconditions(headers: ConditionHeaders): ReadPreconditions {
  return { ifMatch: tagsIn(headers, 'If-Match'), ifNoneMatch: tagsIn(headers, 'If-None-Match') };
}

/** Throws Conflict (412) if `If-Match` names no current state; RFC 9110 section 13.1.1. */
export function refuseFailedMatch(current: Tagged | undefined, given: ReadPreconditions): void {
  if (given.ifMatch === undefined) return;
  if (matchesEntityTags(given.ifMatch, current && entityTag(current))) return;
  throw failedMatch();
}

/** Returns the error for a failed `If-Match`. */
export function failedMatch(): SallyportError {
  return new SallyportError('Conflict', 'If-Match names another state; read again', {
    status: 412,
  });
}

/** Reports whether the caller has this state already; RFC 9110 section 13.1.2. */
export function isNotModified(current: Tagged, given: ReadPreconditions): boolean {
  return (
    given.ifNoneMatch !== undefined && matchesEntityTags(given.ifNoneMatch, entityTag(current))
  );
}

/** Returns the outcome of a read by a caller who has this state already: nothing is revealed. */
export function unmodified(
  etagOf: Tagged,
): CallOutcome<{ readonly etagOf: Tagged; readonly content: undefined }> {
  const read = { etagOf, content: undefined };
  return new CallOutcome(read, { success: 'notModified', action: 'secrets.check' });
}
