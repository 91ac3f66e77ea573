import { UsageError } from '../command.js';
import { CommandFailure, exitCodes } from '../exit-code.js';
import { isLoopback, isSafeForTokens } from '../login/issuer-url.js';
import { printable } from '../output/table.js';

const PATH = '/kubernetes';

/**
 * Returns the server that a gateway names for kubectl, which sends the token there: with https or
 * on this machine, and on the host of the gateway. Throws CommandFailure for another one.
 */
export function gatewayServer(server: string, address: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !isSafeForTokens(url)) {
    throw refused(`the gateway names the server ${printable(server)}, which has no https`);
  }
  if (isOnSameHost(url, new URL(address))) return server;
  throw refused(`the gateway ${address} names the server ${printable(server)} on another host`);
}

/** Returns the server that the user names. Throws UsageError. */
export function namedServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new UsageError(`the server ${text} is not a URL`);
  if (!isSafeForTokens(url)) throw new UsageError(`the server ${text} must begin with https://`);
  const server = text.replace(/\/+$/, '');
  return server.endsWith(PATH) ? server : server + PATH;
}

/** All names of loopback are this machine. */
function isOnSameHost(one: URL, other: URL): boolean {
  return one.hostname === other.hostname || (isLoopback(one) && isLoopback(other));
}

function refused(message: string): CommandFailure {
  const advice = 'to send the token of the context there, name it: --server URL';
  return new CommandFailure(message, exitCodes.failed, advice);
}
