import { badRequest } from '../model/api-status.js';

/** Position at which a paged list continues. */
export interface ContinueToken {
  /** Revision of the first page; undefined: the latest, with possible gaps and repetitions. */
  readonly revision: number | undefined;
  /** Last path that was sent. */
  readonly after: string;
}

const API_VERSION = 'meta.k8s.io/v1';
/** Revision in a token with which an expired list may continue inconsistently. */
const ANY_REVISION = -1;

/** Encodes a token, opaque to clients, in the form of the API server. */
export function encodeContinue({ revision, after }: ContinueToken, namespace: string): string {
  const start = `${namespace === '' ? after : after.slice(namespace.length + 1)}\0`;
  const token = { v: API_VERSION, rv: revision ?? ANY_REVISION, start };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** Returns undefined for an empty parameter; throws 400. */
export function parseContinue(text: string, namespace: string): ContinueToken | undefined {
  if (text === '') return undefined;
  const { v, rv, start } = decoded(text);
  if (v !== API_VERSION) throw invalidToken('server does not recognize this encoded version');
  if (typeof rv !== 'number' || rv === 0)
    throw invalidToken('incorrect encoded start resourceVersion');
  if (typeof start !== 'string' || start === '') {
    throw invalidToken('encoded start key empty');
  }
  if (start.includes('..')) throw invalidToken('invalid start key');
  const name = start.endsWith('\0') ? start.slice(0, -1) : start;
  const after = namespace === '' ? name : `${namespace}/${name}`;
  return { revision: rv === ANY_REVISION ? undefined : rv, after };
}

function decoded(text: string): { v?: unknown; rv?: unknown; start?: unknown } {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof token === 'object' && token !== null) return token;
  } catch {
    // The error below omits the text.
  }
  throw invalidToken('not a token of this server');
}

function invalidToken(why: string) {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}
