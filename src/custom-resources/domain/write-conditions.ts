import { badRequest, SallyportError } from '../../core/errors/sallyport-error.js';
import {
  type ConditionHeaders,
  type EntityTags,
  matchesEntityTags,
  tagsIn,
} from '../../secrets/domain/etag.js';
import { failedMatch } from '../../secrets/domain/read-preconditions.js';
import { type CustomResource, specTag } from './custom-resource.js';

/** Preconditions of a write of a spec. */
export interface WriteConditions {
  readonly ifMatch?: EntityTags | undefined;
  readonly ifNoneMatch?: '*' | undefined;
}

/** Preconditions and options of a write of a spec. */
export interface SpecWriteOptions extends WriteConditions {
  readonly dryRun: boolean;
}

/** Returns the preconditions of a write. Throws BadRequest for those without a meaning. */
export function writeConditions(method: string, headers: ConditionHeaders): WriteConditions {
  const { 'if-none-match': ifNoneMatch } = headers;
  if (ifNoneMatch !== undefined && (ifNoneMatch.trim() !== '*' || method !== 'PUT')) {
    throw badRequest('If-None-Match takes only * and belongs to a PUT');
  }
  return {
    ifMatch: tagsIn(headers, 'If-Match'),
    ifNoneMatch: ifNoneMatch === undefined ? undefined : '*',
  };
}

/** Returns what a request says of a write outside its body. Throws BadRequest. */
export function specWriteOptions(
  { method, headers }: { readonly method: string; readonly headers: ConditionHeaders },
  dryRun: 'All' | undefined,
): SpecWriteOptions {
  return { dryRun: dryRun === 'All', ...writeConditions(method, headers) };
}

/** Preconditions and options of a write, as an input of GraphQL has them. */
export interface StatedConditions {
  readonly dryRun: boolean;
  readonly ifMatch?: string | null | undefined;
  readonly ifNoneMatch?: string | null | undefined;
}

/** Returns the options of a PUT of REST. Throws BadRequest for a condition without a meaning. */
export function statedPutOptions(stated: StatedConditions): SpecWriteOptions {
  const { dryRun, ifMatch, ifNoneMatch } = stated;
  const headers = { 'if-match': ifMatch ?? undefined, 'if-none-match': ifNoneMatch ?? undefined };
  return { dryRun, ...writeConditions('PUT', headers) };
}

/** Returns the options of a DELETE of REST. Throws BadRequest for a condition without a meaning. */
export function statedDeleteOptions({
  dryRun,
  ifMatch,
}: Omit<StatedConditions, 'ifNoneMatch'>): SpecWriteOptions {
  return { dryRun, ...writeConditions('DELETE', { 'if-match': ifMatch ?? undefined }) };
}

/** Throws 412 if the caller has seen another spec; `exists` is the error for one that is there. */
export function refuseFailedConditions(
  before: Pick<CustomResource, 'uid' | 'generation'> | undefined,
  { ifMatch, ifNoneMatch }: WriteConditions,
  exists: string,
): void {
  if (ifNoneMatch !== undefined && before !== undefined) {
    throw new SallyportError('AlreadyExists', exists, { status: 412 });
  }
  if (ifMatch !== undefined && !matchesEntityTags(ifMatch, before && specTag(before))) {
    throw failedMatch();
  }
}
