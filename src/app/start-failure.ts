import type { Config } from '../platform/config/config.schema.js';

/** Errors whose message is for the person who starts the gateway. */
const sentences = new Set([
  'ArgumentError',
  'AuthenticationConfigError',
  'ConfigurationError',
  'NoSandboxError',
  'SandboxStorageError',
  'StorageError',
]);

/** Why the gateway cannot start, in one sentence; a configuration may have several problems. */
export function startFailure(error: unknown, config: Config | undefined): string {
  if (!(error instanceof Error)) return `cannot start: ${String(error)}`;
  if (sentences.has(error.name)) return error.message;
  return (config && listenFailure(error, config)) ?? `cannot start: ${oneLine(error.message)}`;
}

function listenFailure(error: NodeJS.ErrnoException, config: Config): string | undefined {
  const { port, address } = error as { readonly port?: number; readonly address?: string };
  const variable = port === undefined ? undefined : variableOf(port, config);
  if (variable === undefined) return undefined;
  const where = `port ${port} of ${address}`;
  if (error.code === 'EACCES') {
    return `${where} may not be used by this user: set ${variable} to another`;
  }
  if (error.code !== 'EADDRINUSE') return undefined;
  return `${where} is taken: end what listens there, or set ${variable} to another`;
}

function variableOf(port: number, { listen, health, kubernetes }: Config): string | undefined {
  const variables = new Map([
    [kubernetes.sandboxPort, 'SALLYPORT_SANDBOX_PORT'],
    [listen.tls?.port, 'SALLYPORT_TLS_PORT'],
    [health.port, 'SALLYPORT_HEALTH_PORT'],
    [listen.port, 'SALLYPORT_PORT'],
  ]);
  return variables.get(port);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
