export interface BearerToken {
  /** Undefined if the field contains no bearer token; the field is then ignored. */
  readonly token: string | undefined;
  /** Text of a `Warning` header. */
  readonly warning: string | undefined;
}

const extraSpace =
  'the provided Authorization header contains extra space before the bearer token, and is ignored';
const none: BearerToken = { token: undefined, warning: undefined };

/** Reads an `Authorization` field (RFC 6750) as kube-apiserver does; ignores other schemes. */
export function parseBearerToken(authorization: string | undefined): BearerToken {
  const parts = (authorization ?? '').trim().split(' ');
  const [scheme = '', token] = parts;
  if (token === undefined || scheme.toLowerCase() !== 'bearer') return none;
  if (token !== '') return { token, warning: undefined };
  return parts.length > 2 ? { token: undefined, warning: extraSpace } : none;
}
