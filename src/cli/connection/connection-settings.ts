import { UsageError } from '../command.js';
import type { Context, Contexts } from './contexts.js';

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
  readonly pod: { readonly tokenFile: string; readonly namespace: string } | undefined;
}

export interface ConnectionSettings {
  readonly address: string;
  readonly namespace: string;
  readonly tokenFile: string;
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
  if (address === undefined) {
    throw new UsageError(
      'no gateway is named: sallyport login --address URL --token-file FILE, or set SALLYPORT_ADDR',
    );
  }
  // The token of a context is for the gateway of this context alone.
  const ofContext = context?.address === address ? context : undefined;
  const tokenFile = first([flags.tokenFile, ofEnv.tokenFile, ofContext?.tokenFile, pod?.tokenFile]);
  if (tokenFile === undefined) {
    throw new UsageError(
      'no token is named: sallyport login --token-file FILE, or set SALLYPORT_TOKEN_FILE',
    );
  }
  const namespaces = [flags.namespace, ofEnv.namespace, context?.namespace, pod?.namespace];
  const caFile = first([flags.caFile, ofEnv.caFile, ofContext?.caFile]);
  return { address, tokenFile, namespace: first(namespaces) ?? 'default', caFile };
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

/** Returns the context that a command uses. Throws UsageError for a name that does not exist. */
function contextOf({ flags, env, contexts }: ConnectionFacts): Context | undefined {
  const name = flags.context ?? env['SALLYPORT_CONTEXT'] ?? contexts.currentContext;
  if (name === undefined) return undefined;
  const context = Object.hasOwn(contexts.contexts, name) ? contexts.contexts[name] : undefined;
  if (context === undefined) throw new UsageError(`there is no context ${name}`);
  return context;
}
