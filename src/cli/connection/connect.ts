import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Sallyport, type TokenSource, tokenFromFile } from '@sallyport/client';
import { UsageError } from '../command.js';
import { codeOf } from '../output/system-error.js';
import type { Terminal } from '../terminal.js';
import { type ConnectionFacts, connectionSettings } from './connection-settings.js';
import { ContextsFile } from './contexts-file.js';

const POD = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Gateway that a command calls. */
export interface Connection {
  readonly gateway: Sallyport;
  readonly address: string;
  /** Namespace of names without one. */
  readonly namespace: string;
}

/** Connects as options, environment, context and pod say. Throws UsageError. */
export async function connect(
  terminal: Terminal,
  flags: ConnectionFacts['flags'],
): Promise<Connection> {
  const { env } = terminal;
  const contexts = await new ContextsFile(terminal).read();
  const settings = connectionSettings({ flags, env, contexts, pod: await podAccount() });
  const { address, namespace, tokenFile, caFile } = settings;
  const gateway = gatewayAt({ address, caFile, token: tokenIn(tokenFile) });
  return { gateway, address, namespace };
}

export interface GatewayPlace {
  readonly address: string;
  readonly caFile: string | undefined;
  readonly token: string | TokenSource;
}

/** Returns the client of a gateway. Throws UsageError for an address that cannot be used. */
export function gatewayAt({ address, caFile, token }: GatewayPlace): Sallyport {
  if (caFile !== undefined) trust(caFile);
  try {
    return new Sallyport({ baseUrl: address, token });
  } catch (error) {
    throw new UsageError(`the address ${address}: ${(error as Error).message}`);
  }
}

/** Reads a token from a file, or from an `Authorization` header as curl reads one. */
export function tokenIn(path: string): TokenSource {
  const fromFile = tokenFromFile(path);
  return async (facts) => {
    const text = await Promise.resolve(fromFile(facts)).catch((error: unknown) => {
      throw new UsageError(`the token file ${path} cannot be read: ${codeOf(error)}`);
    });
    return text.replace(/^authorization:\s*bearer\s+/i, '');
  };
}

/** Trusts a certificate authority in this process. */
function trust(path: string): void {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(path, 'utf8')]);
}

async function podAccount(): Promise<ConnectionFacts['pod']> {
  const namespace = await readFile(`${POD}/namespace`, 'utf8').catch(() => undefined);
  return namespace === undefined
    ? undefined
    : { tokenFile: `${POD}/token`, namespace: namespace.trim() };
}
