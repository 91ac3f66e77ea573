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

// Controls, except the tab, have no place in a header value.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Headers by which a client of Kubernetes names whom it acts as. */
const IMPERSONATION = /^impersonate-(user|uid|group|extra-.+)$/;

export interface AmbiguityOptions {
  /** Whether such headers pass; absent where no client of Kubernetes is answered. */
  readonly takesImpersonation?: boolean;
}

/**
 * Refuses what a proxy or a careless reader would take for something else: identity headers, a
 * header that Node would join or drop, a target that is not a plain path.
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
 * Removes a Content-Type without content, as curl sends for `-H 'Content-Type;'`. Each reader then
 * finds none: Fastify takes a blank one for an invalid type, the API server for an absent one.
 */
export function dropBlankContentType({ headers }: Pick<IncomingMessage, 'headers'>): void {
  if (headers['content-type']?.trim() === '') delete headers['content-type'];
}

/** 400 for a client of Kubernetes that names whom it acts as. */
export function refuseImpersonation({ rawHeaders }: IncomingMessage): void {
  const names = rawHeaders.filter((_text, index) => index % 2 === 0);
  const name = names.find((text) => text.toLowerCase().startsWith('impersonate'));
  if (name === undefined) return;
  const sentence =
    '--as is not accepted by this gateway: call with a credential of whom you mean, or ask its ' +
    'operator to set kubectl.impersonation to allow';
  throw new SallyportError('BadRequest', sentence, { internal: `header ${name.toLowerCase()}` });
}

/** What proxies say about the client; whether they are believed is decided elsewhere. */
export function forwardedHeadersOf({ headers }: IncomingMessage) {
  return {
    // Node joins repeated ones, in their order.
    forwardedFor: boundedHeader(headers['x-forwarded-for']),
    forwarded: boundedHeader(headers.forwarded),
  };
}

/** The end of a long one: the hops that are nearest to us stand there. */
function boundedHeader(value: string | readonly string[] | undefined): string | undefined {
  const text = typeof value === 'string' ? value : value?.join(',');
  if (text === undefined || text.length <= limits.forwardedBytesMax) return text;
  return text.slice(-limits.forwardedBytesMax).replace(/^[^,]*,/, '');
}

/** The caller's `X-Request-ID` where it is well-formed. */
export function givenRequestId(message: IncomingMessage): string | undefined {
  const given = message.headers['x-request-id'];
  if (typeof given !== 'string' || given.length > limits.requestIdCharactersMax) return undefined;
  return /^[A-Za-z0-9._~:/+=@-]+$/.test(given) ? given : undefined;
}

/** `X-Change-Reason`, UTF-8 restored; 400 where it is too long or holds control characters. */
export function changeReasonOf(message: IncomingMessage): string | undefined {
  const given = message.headers['x-change-reason'];
  if (typeof given !== 'string' || given === '') return undefined;
  const text = Buffer.from(given, 'latin1').toString('utf8');
  return checkChangeReason(text);
}

/** The reason as recorded; 400 beyond its bound. */
export function checkChangeReason(text: string): string {
  if (text.length > limits.changeReasonCharactersMax || CONTROL.test(text)) {
    throw badRequest(
      `X-Change-Reason must be at most ${limits.changeReasonCharactersMax} printable characters`,
    );
  }
  return text;
}
