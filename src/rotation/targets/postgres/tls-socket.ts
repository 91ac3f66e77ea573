import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type TLSSocket, connect } from 'node:tls';
import type { TargetConnection } from '../../domain/password-target.js';
import { isTargetFailure, TargetFault } from '../../domain/target-fault.js';
import { tlsProblem } from '../../../platform/outbound/domain/tls-problem.js';
import { connectTo } from '../../../platform/outbound/connect-to.js';
import { timedOut, tlsOptions } from '../../../platform/outbound/tls-dial.js';

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const WILLING = Buffer.from('S');

/**
 * Opens an encrypted and verified connection to a PostgreSQL server. Before that, it sends only the
 * request for TLS. Throws TargetFault.
 */
export async function openTlsSocket(
  connection: TargetConnection,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { mode } = connection.server.tls;
  const address = await connection.resolve(signal);
  const options = tlsOptions(address.serverName, { mode, ca: connection.ca });
  const socket = await connectTo(address, signal);
  try {
    await agreeOnTls(socket, signal);
    const secure = connect({ socket, ...options });
    // The next user of the socket learns of its end; without a listener, the process would end.
    secure.on('error', () => undefined);
    await once(secure, 'secureConnect', { signal });
    return secure;
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw timedOut();
    throw isTargetFailure(error) ? error : faultOf(error as NodeJS.ErrnoException);
  }
}

/** Agrees on TLS. The answer is one byte: more could be injected in transit (CVE-2021-23222). */
async function agreeOnTls(socket: Socket, signal: AbortSignal): Promise<void> {
  socket.write(SSL_REQUEST);
  const ended = once(socket, 'end', { signal }).then(() => [undefined]);
  const [answer] = (await Promise.race([once(socket, 'data', { signal }), ended])) as [unknown];
  if (answer === undefined) throw closed();
  if (!(answer instanceof Buffer && answer.equals(WILLING))) {
    throw new TargetFault('TlsFailed', 'the target does not offer TLS');
  }
}

function faultOf({ code }: NodeJS.ErrnoException): TargetFault {
  return code === 'ECONNRESET' || code === 'EPIPE'
    ? closed()
    : new TargetFault('TlsFailed', `the target is not trusted: ${tlsProblem(code)}`);
}

function closed(): TargetFault {
  return new TargetFault('TargetUnreachable', 'the target closed the connection');
}
