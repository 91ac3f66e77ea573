export interface BearerToken {
  /** Undefined where the field holds no bearer token: it then counts for nothing. */
  readonly token: string | undefined;
  /** Text of a `Warning` header. */
  readonly warning: string | undefined;
}

const extraSpace =
  'the provided Authorization header contains extra space before the bearer token, and is ignored';
const none: BearerToken = { token: undefined, warning: undefined };

/** Reads an `Authorization` field (RFC 6750) as kube-apiserver does: other schemes are ignored. */
export function parseBearerToken(authorization: string | undefined): BearerToken {
  const parts = (authorization ?? '').trim().split(' ');
  const [scheme = '', token] = parts;
  if (token === undefined || scheme.toLowerCase() !== 'bearer') return none;
  if (token !== '') return { token, warning: undefined };
  return parts.length > 2 ? { token: undefined, warning: extraSpace } : none;
}
