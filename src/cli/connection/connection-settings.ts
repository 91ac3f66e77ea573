import { UsageError } from '../command.js';
import type { Context, Contexts, OidcSettings } from './contexts.js';

/** Facts that decide which gateway a command calls, and how. */
export interface ConnectionFacts {
  readonly flags: {
    readonly context: string | undefined;
    readonly address: string | undefined;
    readonly namespace: string | undefined;
    readonly tokenFile: string | undefined;
    readonly caFile: string | undefined;
  };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly contexts: Contexts;
  /** ServiceAccount of the pod that the program runs in; undefined outside of pods. */
  readonly pod: { readonly tokenFile: string; readonly namespace: string | undefined } | undefined;
}

/** Login of a context, whose token the program stores and renews. */
export interface ContextLogin {
  /** Name of the context. */
  readonly name: string;
  readonly address: string;
  /** Issuer of the tokens; undefined for a token that the user has entered. */
  readonly oidc: OidcSettings | undefined;
  readonly credentialHelper: string | undefined;
}

/** Returns the login of a context; undefined if the context names a file with its token. */
export function loginOf(name: string, context: Context): ContextLogin | undefined {
  const { address, oidc, credentialHelper } = context;
  if (oidc === undefined && credentialHelper === undefined) return undefined;
  return { name, address, oidc, credentialHelper };
}

/** Source of the token: a file, or the login of a context. */
export type Credential = { readonly tokenFile: string } | { readonly login: ContextLogin };

export interface ConnectionSettings {
  readonly address: string;
  readonly namespace: string;
  readonly credential: Credential;
  readonly caFile: string | undefined;
}

/**
 * Decides how to reach the gateway: options win over the environment, the environment over the
 * context, and the context over the ServiceAccount of the pod. Throws UsageError if that does not
 * name an address and a token.
 */
export function connectionSettings(facts: ConnectionFacts): ConnectionSettings {
  const { flags, env, pod } = facts;
  const ofEnv = placeOf(env);
  const context = contextOf(facts);
  const address = first([flags.address, ofEnv.address, context?.address]);
  if (address === undefined) throw new UsageError(withoutAddress(facts.contexts));
  // The token of a context is for the gateway of this context alone.
  const ofContext = context?.address === address ? context : undefined;
  const named = first([flags.tokenFile, ofEnv.tokenFile]);
  const credential = fileOf(named) ?? credentialOf(ofContext) ?? fileOf(pod?.tokenFile);
  if (credential === undefined) {
    throw new UsageError(
      'no token is named: sallyport login --token-file FILE, or set SALLYPORT_TOKEN_FILE',
    );
  }
  const namespaces = [flags.namespace, ofEnv.namespace, context?.namespace, pod?.namespace];
  const caFile = first([flags.caFile, ofEnv.caFile, ofContext?.caFile]);
  return { address, credential, namespace: first(namespaces) ?? 'default', caFile };
}

function withoutAddress({ contexts }: Contexts): string {
  return Object.keys(contexts).length === 0
    ? 'no gateway is named: sallyport login --address URL --token-file FILE (npm start prints ' +
        'both for its sandbox), or set SALLYPORT_ADDR'
    : 'no context is the current one: sallyport config use-context NAME; sallyport config ' +
        'get-contexts lists the names';
}

function fileOf(tokenFile: string | undefined): Credential | undefined {
  return tokenFile === undefined || tokenFile === '' ? undefined : { tokenFile };
}

function credentialOf(context: NamedContext | undefined): Credential | undefined {
  const login = context && loginOf(context.name, context);
  return login === undefined ? fileOf(context?.tokenFile) : { login };
}

function placeOf(env: ConnectionFacts['env']) {
  return {
    address: env['SALLYPORT_ADDR'],
    namespace: env['SALLYPORT_NAMESPACE'],
    tokenFile: env['SALLYPORT_TOKEN_FILE'],
    caFile: env['SALLYPORT_CA_FILE'],
  };
}

/** Returns the first text that is not empty. */
function first(texts: readonly (string | undefined)[]): string | undefined {
  return texts.find((text) => text !== undefined && text !== '');
}

type NamedContext = Context & { readonly name: string };

/** Returns the name of the context that a command uses; undefined: it uses none. */
export function contextName({
  flags,
  env,
  contexts,
}: Pick<ConnectionFacts, 'flags' | 'env' | 'contexts'>): string | undefined {
  return flags.context ?? env['SALLYPORT_CONTEXT'] ?? contexts.currentContext;
}

/** Returns the context that a command uses. Throws UsageError for a name that does not exist. */
function contextOf(facts: ConnectionFacts): NamedContext | undefined {
  const { contexts } = facts;
  const name = contextName(facts);
  if (name === undefined) return undefined;
  const context = Object.hasOwn(contexts.contexts, name) ? contexts.contexts[name] : undefined;
  if (context === undefined) throw new UsageError(`there is no context ${name}`);
  return { ...context, name };
}
