import { userWords } from '../access/domain/forbidden-message.js';
import {
  badRequest,
  invalid,
  SallyportError,
  unavailable,
} from '../core/errors/sallyport-error.js';
import type { KubeAnswer, KubeCall } from './kube-call.js';
import { fieldErrors } from './kube-field-errors.js';
import { type KubeStatus, parseKubeStatus } from './kube-status.js';
import { outcomeUnknown } from './network-failure.js';
import { retryAfterSeconds } from './retry-after.js';

/** Identity that acted, and that a denial is about. */
export type KubeActor =
  | { readonly kind: 'caller'; readonly username: string }
  /** Caller's own token: only the API server knows the name. */
  | { readonly kind: 'bearer' }
  | { readonly kind: 'broker' }
  | { readonly kind: 'self' };

const UNKNOWN_PATH = 'API server answered 404 without a Status';
const NAMES_A_USER = /\bUser "(?:[^"\\]|\\.)*" cannot /;
const ABOUT_IMPERSONATION = /\bimpersonat/i;
const INSTALLATION_FAULT = 'the gateway is not set up to do this';

/**
 * Converts a failed answer of the API server to an error. No other function does. Keeps reason,
 * denial and field paths; drops bodies and every value that a message quotes.
 */
export function translateKubeError(
  answer: KubeAnswer,
  call: Pick<KubeCall, 'effect' | 'body' | 'contentType'>,
  actor: KubeActor,
): SallyportError {
  const status = parseKubeStatus(answer.body);
  const internal = `API server answered ${answer.status} ${status?.reason ?? 'without a Status'}`;
  if (answer.status >= 500) return serverFault(answer, status, call, internal);
  if (answer.status === 429) return tooManyRequests(answer, status, internal);
  if (answer.status === 401) return unauthenticated(actor, internal);
  // Not the API server's answer: a proxy's 404 must not look like an absent Secret.
  if (status === undefined && answer.status !== 413) {
    return unavailable('the cluster cannot be reached', { internal });
  }
  return refusal(answer.status, status, call, actor, internal);
}

/** Reports the answer of an API server that does not serve an API; a proxy may send it too. */
export function isUnknownPath(error: unknown): boolean {
  return error instanceof SallyportError && error.internal === UNKNOWN_PATH;
}

function refusal(
  code: number,
  status: KubeStatus | undefined,
  call: Pick<KubeCall, 'body' | 'contentType'>,
  actor: KubeActor,
  internal: string,
): SallyportError {
  switch (code) {
    case 400:
      return malformed(status, call);
    case 403:
      return forbidden(status?.message ?? '', actor);
    case 404:
      return new SallyportError('NotFound', nameOf(status, 'not found'), { internal });
    case 405:
      return new SallyportError('MethodNotAllowed', 'the cluster does not allow this', {
        internal,
      });
    case 409:
      return conflict(status, internal);
    case 410:
      return new SallyportError('Expired', 'the position is too old; start again', { internal });
    case 413:
      return new SallyportError('TooLarge', 'the object is too large for the cluster', {
        internal,
      });
    case 415:
      return new SallyportError('UnsupportedMediaType', 'unsupported media type', { internal });
    case 422:
      return invalidFields(status, call);
    default:
      return unavailable('the cluster gave an unexpected answer', { internal });
  }
}

function serverFault(
  answer: KubeAnswer,
  status: KubeStatus | undefined,
  call: Pick<KubeCall, 'effect'>,
  internal: string,
): SallyportError {
  // A webhook that cannot be called refuses before anything is stored, and so does a server that
  // sends its Status with a Retry-After.
  const isRefused =
    status !== undefined &&
    (status.message.startsWith('Internal error occurred: failed calling webhook') ||
      (answer.status === 503 && retryAfterSeconds(answer) !== undefined));
  if (call.effect === 'write' && !isRefused) return outcomeUnknown(internal);
  if (answer.status === 504) {
    return new SallyportError('Timeout', 'the cluster did not answer in time', { internal });
  }
  const seconds = retryAfterSeconds(answer) ?? 1;
  return unavailable('the cluster cannot do this now', { internal, retryAfterSeconds: seconds });
}

function tooManyRequests(
  answer: KubeAnswer,
  status: KubeStatus | undefined,
  internal: string,
): SallyportError {
  const seconds = retryAfterSeconds(answer) ?? status?.retryAfterSeconds ?? 1;
  const headers = { 'retry-after': String(seconds) };
  return new SallyportError('TooManyRequests', 'the cluster is busy', { internal, headers });
}

function unauthenticated(actor: KubeActor, internal: string): SallyportError {
  if (actor.kind === 'bearer') {
    return new SallyportError('Unauthenticated', 'the cluster refused the token', { internal });
  }
  const alarm = `ALARM: the API server refused the gateway's own credentials; ${internal}`;
  return unavailable(INSTALLATION_FAULT, { internal: alarm });
}

/** Passes a caller's denial; a denial of the gateway or broker is the installation's fault. */
function forbidden(message: string, actor: KubeActor): SallyportError {
  if (actor.kind === 'bearer') return new SallyportError('Forbidden', message);
  if (actor.kind === 'caller') {
    const denial = `is forbidden: ${userWords(actor.username)} cannot `;
    if (message.includes(denial)) return new SallyportError('Forbidden', message);
  }
  if (NAMES_A_USER.test(message) || ABOUT_IMPERSONATION.test(message)) {
    const internal = `ALARM: the gateway lacks a right: ${message}`;
    return unavailable(INSTALLATION_FAULT, { internal, isInstallationFault: true });
  }
  return new SallyportError('Forbidden', admissionWords(message));
}

const ADMISSION = /admission webhook "[^"]+" denied|ValidatingAdmissionPolicy '[^']+'/;
const KNOWN_REFUSAL = /is forbidden: (exceeded quota|unable to create new content in namespace)/;

/** Names rights and objects, never content. */
const OWN_POLICY = /ValidatingAdmissionPolicy 'sallyport-(rotation|share|import)-rights'/;

/** Returns who refused it: the remaining text of an admission policy may quote the object. */
function admissionWords(message: string): string {
  if (KNOWN_REFUSAL.test(message) || OWN_POLICY.test(message)) return message;
  const who = ADMISSION.exec(message)?.[0];
  return `the cluster refused the request${who === undefined ? '' : `: ${who}`}`;
}

function conflict(status: KubeStatus | undefined, internal: string): SallyportError {
  if (status?.reason === 'AlreadyExists') {
    return new SallyportError('AlreadyExists', nameOf(status, 'already exists'), { internal });
  }
  const text = nameOf(status, 'was changed or is another object; read it again');
  return new SallyportError('Conflict', text, { internal });
}

/** Omits a decoder's text if a body was sent: a decoder quotes what it could not read. */
function malformed(status: KubeStatus | undefined, call: Pick<KubeCall, 'body'>): SallyportError {
  if (call.body !== undefined) return badRequest('the cluster could not read the object');
  return badRequest(status?.message || 'the cluster could not read the request');
}

function invalidFields(
  status: KubeStatus | undefined,
  call: Pick<KubeCall, 'contentType'>,
): SallyportError {
  const errors = fieldErrors(status?.causes ?? []);
  const [first] = errors;
  if (first === undefined) return invalid([], withoutFields(call));
  return invalid(errors, `${first.pointer === '' ? '' : `${first.pointer}: `}${first.reason}`);
}

/** Returns the text; the API server reports neither the failed JSON patch operation nor why. */
function withoutFields({ contentType }: Pick<KubeCall, 'contentType'>): string {
  return contentType === 'application/json-patch+json'
    ? 'the patch cannot be applied: a path is absent, a test failed or an operation is unknown'
    : 'the cluster found the object invalid';
}

function nameOf(status: KubeStatus | undefined, verdict: string): string {
  if (!status || status.name === '') return `the object ${verdict}`;
  return `${status.kind} "${status.name}" ${verdict}`;
}
