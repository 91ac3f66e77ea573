import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Sallyport, type TokenSource, tokenFromFile } from '@sallyport/client';
import { UsageError } from '../command.js';
import { codeOf } from '../output/system-error.js';
import type { Terminal } from '../terminal.js';
import {
  type ConnectionFacts,
  type ConnectionSettings,
  connectionSettings,
} from './connection-settings.js';
import { ContextsFile } from './contexts-file.js';

const POD = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Projected token with the audience of gateways; that of the pod itself has another one. */
const POD_TOKEN = '/var/run/secrets/sallyport/token';

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
  const settings = await settingsOf(terminal, flags);
  const { address, namespace } = settings;
  trust(settings.caFile);
  const gateway = gatewayAt(address, await tokenOf(settings, terminal));
  return { gateway, address, namespace };
}

/** Decides which gateway a command calls, and how. Throws UsageError. */
export async function settingsOf(
  terminal: Pick<Terminal, 'env' | 'homeFolder'>,
  flags: ConnectionFacts['flags'],
): Promise<ConnectionSettings> {
  const { env } = terminal;
  const contexts = await new ContextsFile(terminal).read();
  return connectionSettings({ flags, env, contexts, pod: await podAccount() });
}

/** Returns the source of the token. A login is renewed if it must be. */
async function tokenOf({ credential }: ConnectionSettings, terminal: Terminal) {
  if ('tokenFile' in credential) return tokenIn(credential.tokenFile);
  const { loginToken } = await import('../login/login-token.js');
  return loginToken(credential.login, terminal);
}

/** Returns the client of a gateway. Throws UsageError for an address that cannot be used. */
export function gatewayAt(address: string, token: string | TokenSource): Sallyport {
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

/** Trusts a certificate authority in this process, if one is named. */
export function trust(path: string | undefined): void {
  if (path !== undefined) trustText(readFileSync(path, 'utf8'));
}

/** Trusts a certificate authority in PEM in this process. */
export function trustText(pem: string): void {
  setDefaultCACertificates([...getCACertificates('default'), pem]);
}

async function podAccount(): Promise<ConnectionFacts['pod']> {
  const namespace = await readFile(`${POD}/namespace`, 'utf8').catch(() => undefined);
  if (existsSync(POD_TOKEN)) return { tokenFile: POD_TOKEN, namespace: namespace?.trim() };
  if (namespace === undefined) return undefined;
  return { tokenFile: `${POD}/token`, namespace: namespace.trim() };
}
