/** A read as a cache is asked about it. */
export interface AnswerableRead {
  readonly namespace: string;
  readonly name: string;
  readonly notOlderThan?: string;
}

/** A request as Node has read it. */
export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const SECRET = '/v1/namespaces/([a-z0-9-]{1,63})/secrets/([a-z0-9.-]{1,253})';
const PART = '(?:/metadata|/keys/[A-Za-z0-9._-]{1,253})?';
const TARGET = new RegExp(`^${SECRET}${PART}(?:\\?(.*))?$`);

/** What a query may say, one value each; what else it says is for the main process. */
const parameters: Readonly<Record<string, RegExp>> = {
  consistency: /^cached$/,
  resourceVersion: /^\d{1,20}$/,
  format: /^[a-z]{1,16}$/,
  encoding: /^[a-z0-9]{1,16}$/,
  names: /^[a-z]{1,16}$/,
};

/** With any of these there is more to a request than a read. */
const others = ['content-length', 'transfer-encoding', 'expect', 'trailer'] as const;

/** A signed token, which is verified without a database: three parts in base64url. */
const SIGNED_TOKEN = /^Bearer +[\w-]+\.[\w-]+\.[\w-]+$/i;

/**
 * The read that a worker may answer by itself, if its cache and its verifiers can: of one Secret,
 * of its metadata or of one key, as the cache has it now, with a token of a cluster or an issuer.
 * Undefined for anything else, and for whatever is spelled in an unusual way.
 */
export function answerableHere(head: RequestHead): AnswerableRead | undefined {
  const { method, url = '', httpVersion, headers } = head;
  if ((method !== 'GET' && method !== 'HEAD') || httpVersion !== '1.1') return undefined;
  const [, namespace, name, query] = TARGET.exec(url) ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  const { authorization } = headers;
  if (typeof authorization !== 'string' || !SIGNED_TOKEN.test(authorization)) return undefined;
  if (others.some((header) => headers[header] !== undefined)) return undefined;
  const said = queryOf(query);
  if (said === undefined) return undefined;
  const notOlderThan = said.get('resourceVersion');
  return { namespace, name, ...(notOlderThan !== undefined && { notOlderThan }) };
}

/** Undefined where it says something else, or something twice. */
function queryOf(query: string | undefined): ReadonlyMap<string, string> | undefined {
  const said = new Map<string, string>();
  if (query === undefined) return said;
  for (const pair of query.split('&')) {
    const [name = '', value = '', ...rest] = pair.split('=');
    const rule = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (rule?.test(value) !== true || rest.length > 0 || said.has(name)) return undefined;
    said.set(name, value);
  }
  return said;
}
