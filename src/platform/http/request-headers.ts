import type { IncomingMessage } from 'node:http';
import { SallyportError, badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { problemOfTarget } from './domain/canonical-path.js';

const singleHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'host',
  'content-type',
  'if-match',
  'if-none-match',
  'idempotency-key',
  'x-change-reason',
]);

// Controls, except the tab, are invalid in a header value.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Headers by which a Kubernetes client names the user to impersonate. */
const IMPERSONATION = /^impersonate-(user|uid|group|extra-.+)$/;

export interface AmbiguityOptions {
  /** Whether such headers pass; absent if no Kubernetes client is served. */
  readonly takesImpersonation?: boolean;
}

/**
 * Refuses requests that a proxy or a lenient reader would misinterpret. These have identity
 * headers, a header that Node would join or drop, or a target that is not a plain path.
 */
export function refuseAmbiguousRequest(
  message: IncomingMessage,
  options: AmbiguityOptions = {},
): void {
  const problem = problemOfTarget(message.url);
  if (problem !== undefined) throw badRequest(problem);
  if (message.httpVersion === '1.1' && message.headers.host === undefined) {
    throw badRequest('header host is missing');
  }
  const { expect } = message.headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    throw badRequest('no expectation but 100-continue is met');
  }
  const seen = new Set<string>();
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    const name = message.rawHeaders[index]?.toLowerCase() ?? '';
    if (name.startsWith('impersonate')) refuseOtherIdentity(name, options);
    if (seen.has(name) && singleHeaders.has(name)) {
      throw badRequest(`header ${name} is given more than once`);
    }
    seen.add(name);
  }
}

function refuseOtherIdentity(name: string, { takesImpersonation }: AmbiguityOptions): void {
  if (takesImpersonation === true && IMPERSONATION.test(name)) return;
  const sentence = takesImpersonation
    ? 'no Impersonate header but those for a user, his uid, groups and extras is accepted'
    : 'Impersonate headers are not accepted; the gateway sets its own';
  throw new SallyportError('BadRequest', sentence, { internal: `header ${name}` });
}

/**
 * Removes a Content-Type without content, as curl sends for `-H 'Content-Type;'`. Every reader then
 * treats it as absent: Fastify considers a blank type invalid, the API server absent.
 */
export function dropBlankContentType({ headers }: Pick<IncomingMessage, 'headers'>): void {
  if (headers['content-type']?.trim() === '') delete headers['content-type'];
}

/** Throws a 400 for a Kubernetes client that names a user to impersonate. */
export function refuseImpersonation({ rawHeaders }: IncomingMessage): void {
  const names = rawHeaders.filter((_text, index) => index % 2 === 0);
  const name = names.find((text) => text.toLowerCase().startsWith('impersonate'));
  if (name === undefined) return;
  const sentence =
    '--as is not accepted by this gateway: call with a credential of whom you mean, or ask its ' +
    'operator to set kubectl.impersonation to allow';
  throw new SallyportError('BadRequest', sentence, { internal: `header ${name.toLowerCase()}` });
}

/** Returns what proxies state about the client; trust is decided elsewhere. */
export function forwardedHeadersOf({ headers }: IncomingMessage) {
  return {
    // Node joins repeated headers, in order.
    forwardedFor: boundedHeader(headers['x-forwarded-for']),
    forwarded: boundedHeader(headers.forwarded),
  };
}

/** Returns the end of a long header, which contains the hops nearest to the gateway. */
function boundedHeader(value: string | readonly string[] | undefined): string | undefined {
  const text = typeof value === 'string' ? value : value?.join(',');
  if (text === undefined || text.length <= limits.forwardedBytesMax) return text;
  return text.slice(-limits.forwardedBytesMax).replace(/^[^,]*,/, '');
}

/** Returns the caller's `X-Request-ID` if it is well-formed. */
export function givenRequestId(message: IncomingMessage): string | undefined {
  const given = message.headers['x-request-id'];
  if (typeof given !== 'string' || given.length > limits.requestIdCharactersMax) return undefined;
  return /^[A-Za-z0-9._~:/+=@-]+$/.test(given) ? given : undefined;
}

/** Returns `X-Change-Reason` as UTF-8; 400 if it is too long or contains control characters. */
export function changeReasonOf(message: IncomingMessage): string | undefined {
  const given = message.headers['x-change-reason'];
  if (typeof given !== 'string' || given === '') return undefined;
  const text = Buffer.from(given, 'latin1').toString('utf8');
  return checkChangeReason(text);
}

/** Returns the reason as recorded; 400 beyond its limit. */
export function checkChangeReason(text: string): string {
  if (text.length > limits.changeReasonCharactersMax || CONTROL.test(text)) {
    throw badRequest(
      `X-Change-Reason must be at most ${limits.changeReasonCharactersMax} printable characters`,
    );
  }
  return text;
}
