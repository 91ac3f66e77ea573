/** What is said to the next process alone: it frames a message and speaks of its connection. */
const ofTheConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  // Trailers are not passed on, and Node refuses to announce them with a length.
  'trailer',
]);
const CONTINUE = '100-continue';

/** A request as Node has read it. */
export interface ReadRequest {
  readonly method: string;
  readonly httpVersion: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/**
 * Headers under which a request is passed on: all of them in their order, also those that are there
 * twice, so that the main process refuses what it would refuse of a client.
 */
export function requestHeaders({ method, httpVersion, rawHeaders }: ReadRequest): string[] {
  const passed: string[] = [];
  const given = new Set<string>();
  for (const [name, value] of pairs(rawHeaders)) {
    const known = name.toLowerCase();
    given.add(known);
    // Node has answered that one already.
    const isMet = known === 'expect' && value.toLowerCase() === CONTINUE;
    const isFraming = known === 'transfer-encoding';
    if ((!ofTheConnection.has(known) || isFraming) && known !== 'upgrade' && !isMet) {
      passed.push(name, value);
    }
  }
  // Node would announce a body in pieces where there is none.
  const hasBody = given.has('content-length') || given.has('transfer-encoding');
  if (!hasBody && !BODILESS.has(method)) passed.push('content-length', '0');
  // A client of HTTP/1.0 need not name one, but it is passed on as one of HTTP/1.1.
  if (httpVersion === '1.0' && !given.has('host')) passed.push('host', '');
  return passed;
}

/** Of whose requests Node assumes no body. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** The same of a request that becomes a WebSocket. */
export function upgradeHeaders(rawHeaders: readonly string[]): string[] {
  return pairs(rawHeaders).flatMap(([name, value]) =>
    name.toLowerCase() === 'transfer-encoding' ? [] : [name, value],
  );
}

/** Headers of an answer as its client gets them; `close` is for him as well. */
export function answerHeaders(rawHeaders: readonly string[]): string[] {
  return pairs(rawHeaders).flatMap(([name, value]) => {
    const known = name.toLowerCase();
    const isClose = known === 'connection' && value.toLowerCase() === 'close';
    return ofTheConnection.has(known) && !isClose ? [] : [name, value];
  });
}

function pairs(rawHeaders: readonly string[]): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    found.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  }
  return found;
}
