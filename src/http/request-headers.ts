import type { IncomingMessage } from 'node:http';
import { badRequest } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';

const singleHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'content-type',
  'if-match',
  'if-none-match',
  'idempotency-key',
  'x-change-reason',
]);

// Controls, except the tab, have no place in a header value.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/**
 * Refuses what a proxy or a careless reader would take for something else: identity headers of
 * ours, a header that Node would join or drop, a target that is not a plain path.
 */
export function refuseAmbiguousRequest(message: IncomingMessage): void {
  // Routers and parsers of queries do not agree on where a fragment begins.
  if (!message.url?.startsWith('/') || message.url.includes('#')) {
    throw badRequest('the request target must be a path, without a fragment');
  }
  const seen = new Set<string>();
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    const name = message.rawHeaders[index]?.toLowerCase() ?? '';
    if (/^impersonate([-_]|$)/.test(name)) {
      throw badRequest('Impersonate headers are not accepted; the gateway sets its own');
    }
    if (seen.has(name) && singleHeaders.has(name)) {
      throw badRequest(`header ${name} is given more than once`);
    }
    seen.add(name);
  }
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
