import { bounds } from '../store/sandbox-bounds.js';
import type { Json, JsonObject } from './kube-object.js';

/** Broken rule of an Invalid status. A response omits empty texts. */
export interface StatusCause {
  /** `FieldValueRequired`, `FieldValueInvalid`, `FieldManagerConflict` and so on. */
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  /** The resource in plural, or the kind in an Invalid status. */
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** Resource of an error, as the API server names it. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** Status with `status: Failure`: the only error that handlers throw on purpose. */
export class ApiStatusError extends Error {
  override readonly name = 'ApiStatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** Continue token of an inconsistent list, for the 410 of a paged list. */
  readonly listContinue: string | undefined;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    listContinue?: string,
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.listContinue = listContinue;
  }

  /**
   * Returns the body:
   * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
   */
  toStatus(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.listContinue === undefined ? {} : { continue: this.listContinue },
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: shownDetails(this.details) }),
      code: this.code,
    };
  }
}

function shownDetails({ causes, ...details }: StatusDetails): Json {
  if (causes === undefined) return { ...details };
  const shown = causes.map(({ reason, message, field }) => {
    return { ...(reason && { reason }), message, ...(field && { field }) };
  });
  return { ...details, causes: shown };
}

/** Returns `secrets` for the core group, `roles.rbac.authorization.k8s.io` for others. */
export function qualified({ group, resource }: GroupResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function about(target: GroupResource, name: string): StatusDetails {
  const { group, resource } = target;
  return { ...(name && { name }), ...(group && { group }), ...(resource && { kind: resource }) };
}

export function notFound(target: GroupResource, name: string): ApiStatusError {
  const message = `${qualified(target)} "${name}" not found`;
  return new ApiStatusError(404, 'NotFound', message, about(target, name));
}

export function alreadyExists(target: GroupResource, name: string): ApiStatusError {
  const message = `${qualified(target)} "${name}" already exists`;
  return new ApiStatusError(409, 'AlreadyExists', message, about(target, name));
}

export function conflict(target: GroupResource, name: string, why: string): ApiStatusError {
  const message = `Operation cannot be fulfilled on ${qualified(target)} "${name}": ${why}`;
  return new ApiStatusError(409, 'Conflict', message, about(target, name));
}

export function forbidden(target: GroupResource, name: string, why: string): ApiStatusError {
  const what = target.resource === '' ? '' : qualified(target);
  const quoted = name === '' ? '' : ` "${name}"`;
  const message = what === '' ? `forbidden: ${why}` : `${what}${quoted} is forbidden: ${why}`;
  return new ApiStatusError(403, 'Forbidden', message, about(target, name));
}

/**
 * Returns a 422 with one cause for each broken rule, in the words of `field.ErrorList`. If the
 * causes are too many or too long, the error contains only the first.
 */
export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  allCauses: readonly StatusCause[],
): ApiStatusError {
  const causes = toldCauses(allCauses);
  const lines = causes.map(({ field, message }) => `${field}: ${message}`);
  const listed = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const qualifiedKind = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const message = `${qualifiedKind} "${name}" is invalid: ${listed ?? ''}`;
  const details = {
    ...(name && { name }),
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    causes,
  };
  return new ApiStatusError(422, 'Invalid', message, details);
}

/** Removes duplicate causes, as the API server does, and causes beyond the size limit. */
function toldCauses(causes: readonly StatusCause[]): readonly StatusCause[] {
  const told = new Map<string, StatusCause>();
  let charactersLeft: number = bounds.problemCharactersToldMax;
  for (const { reason, message, field } of causes) {
    if (told.size === bounds.problemsToldMax || charactersLeft <= 0) break;
    const cause = {
      reason,
      message: cut(message, charactersLeft),
      field: cut(field, charactersLeft),
    };
    const key = JSON.stringify(Object.values(cause));
    if (told.has(key)) continue;
    told.set(key, cause);
    charactersLeft -= cause.message.length + cause.field.length;
  }
  return [...told.values()];
}

function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax)}…`;
}

export function badRequest(message: string): ApiStatusError {
  return new ApiStatusError(400, 'BadRequest', message);
}

export function unauthorized(): ApiStatusError {
  return new ApiStatusError(401, 'Unauthorized', 'Unauthorized');
}

/** Returns the 410 of a revision that is no longer stored. */
export function expired(message: string, listContinue?: string): ApiStatusError {
  return new ApiStatusError(410, 'Expired', message, undefined, listContinue);
}

export function methodNotAllowed(target: GroupResource, action: string): ApiStatusError {
  const message = `${action} is not supported on resources of kind "${qualified(target)}"`;
  return new ApiStatusError(405, 'MethodNotAllowed', message, about(target, ''));
}

export function unsupportedMediaType(accepted: readonly string[]): ApiStatusError {
  const problem = 'the body of the request was in an unknown format';
  const message = `${problem} - accepted media types include: ${accepted.join(', ')}`;
  return new ApiStatusError(415, 'UnsupportedMediaType', message);
}

export function tooLarge(message: string): ApiStatusError {
  return new ApiStatusError(413, 'RequestEntityTooLarge', message);
}

/** Returns a 500 in the API server's words; never contains the text of an exception. */
export function internalError(why = 'the sandbox failed; its log says more'): ApiStatusError {
  const message = `Internal error occurred: ${why}`;
  return new ApiStatusError(500, 'InternalError', message, { causes: [] });
}
