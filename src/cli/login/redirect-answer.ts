/** Request to the listener of a login, and the state of the login. */
export interface RedirectRequest {
  readonly method: string | undefined;
  /** Path and query. */
  readonly url: string;
  readonly host: string | undefined;
  readonly redirectUri: string;
  /** State that the issuer must return. */
  readonly state: string;
  /** Path that forwards the browser; undefined before the address of the issuer is known. */
  readonly startPath: string | undefined;
  readonly hasStarted: boolean;
  readonly hasEnded: boolean;
}

export type RedirectAnswer =
  | 'start'
  | 'started twice'
  | 'accepted'
  | 'refused'
  | 'wrong state'
  | 'over'
  | 'not allowed'
  | 'not found';

/**
 * Decides what a request is. A page of another site has another host; it cannot send the state,
 * which only the browser of the user and the issuer have.
 */
export function answerTo(request: RedirectRequest): RedirectAnswer {
  const expected = new URL(request.redirectUri);
  if (request.host !== expected.host || request.method !== 'GET') return 'not allowed';
  if (!URL.canParse(request.url, request.redirectUri)) return 'not found';
  const { origin, pathname, searchParams } = new URL(request.url, request.redirectUri);
  if (origin !== expected.origin) return 'not found';
  if (request.hasEnded) return 'over';
  if (pathname === request.startPath) return request.hasStarted ? 'started twice' : 'start';
  if (pathname !== expected.pathname) return 'not found';
  const states = searchParams.getAll('state');
  if (request.state === '' || states.length !== 1 || states[0] !== request.state) {
    return 'wrong state';
  }
  return searchParams.has('error') ? 'refused' : 'accepted';
}

/** Reports whether a login takes no further request. */
export function isLast(answer: RedirectAnswer): boolean {
  return ['accepted', 'refused', 'wrong state', 'started twice'].includes(answer);
}

const texts: Readonly<Record<RedirectAnswer, readonly [number, string]>> = {
  start: [302, 'The issuer has the next page.'],
  'started twice': [403, 'This address was opened already, so the login has ended. Log in again.'],
  accepted: [200, 'The login has arrived. You can close this window and return to the terminal.'],
  refused: [200, 'The issuer has refused the login. You can close this window; see the terminal.'],
  'wrong state': [400, 'This response belongs to another login, so the login has ended.'],
  over: [410, 'The login has ended. You can close this window.'],
  'not allowed': [403, 'This request is not allowed.'],
  'not found': [404, 'There is nothing here.'],
};

/** Returns the page of an answer. It repeats nothing of the request. */
export function pageOf(answer: RedirectAnswer) {
  const [status, text] = texts[answer];
  const head = '<!doctype html><meta charset="utf-8"><title>Sallyport</title>';
  return {
    status,
    text: `${head}<p>${text}</p>\n`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    },
  };
}
