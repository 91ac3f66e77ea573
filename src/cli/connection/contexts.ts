import { z } from 'zod';

const oidcSchema = z.strictObject({
  issuer: z.string(),
  clientId: z.string(),
  /** Scopes in addition to `openid`. */
  scopes: z.array(z.string()).optional(),
  /** Token for the gateway; the ID token if absent. */
  token: z.enum(['id', 'access']).optional(),
  /** Resource that an access token is for. RFC 8707. */
  resource: z.string().optional(),
});

const contextSchema = z.strictObject({
  address: z.string(),
  namespace: z.string().optional(),
  tokenFile: z.string().optional(),
  caFile: z.string().optional(),
  oidc: oidcSchema.optional(),
  /** Program `docker-credential-NAME` that stores the tokens, in place of a file. */
  credentialHelper: z.string().optional(),
});

/** How a user logs in at an issuer. It has no token. */
export type OidcSettings = z.output<typeof oidcSchema>;

const contextsSchema = z.strictObject({
  currentContext: z.string().optional(),
  contexts: z.record(z.string(), contextSchema),
});

/** How to reach a gateway. It has no token, but the place of one. */
export type Context = z.output<typeof contextSchema>;

/** Contexts by name, and the one that commands use. */
export type Contexts = z.output<typeof contextsSchema>;

export const noContexts: Contexts = { contexts: {} };

/** Reads the text of a configuration file. Throws an Error with the place of the fault. */
export function parseContexts(text: string): Contexts {
  const found = contextsSchema.safeParse(jsonOf(text));
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new Error(`/${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'it is not valid'}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error('it is not JSON');
  }
}

/** Returns a context; undefined if there is none of this name. */
export function contextNamed({ contexts }: Contexts, name = ''): Context | undefined {
  return Object.hasOwn(contexts, name) ? contexts[name] : undefined;
}

/** Returns the contexts with one set or changed; the first one becomes the current one. */
export function withContext(
  { currentContext, contexts }: Contexts,
  name: string,
  change: Partial<Context> & Pick<Context, 'address'>,
): Contexts {
  const context = { ...contexts[name], ...change };
  return { currentContext: currentContext ?? name, contexts: { ...contexts, [name]: context } };
}

/** Returns the contexts without one. */
export function withoutContext({ currentContext, contexts }: Contexts, name: string): Contexts {
  const { [name]: _removed, ...others } = contexts;
  return currentContext === name
    ? { contexts: others }
    : { ...(currentContext !== undefined && { currentContext }), contexts: others };
}
