import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import type { Connection } from 'mysql2';
import { TargetFault } from '../../domain/target-fault.js';
import { tlsProblem } from '../../../platform/outbound/domain/tls-problem.js';
import type { TlsOptions } from '../../../platform/outbound/tls-dial.js';

/** Members that mysql2 uses when it upgrades a connection to TLS. */
interface Upgradable {
  stream: Socket;
  readonly packetParser: { execute(data: Buffer): void };
  startTLS(onSecure: (error?: Error) => void): void;
}

export interface TlsOutcome {
  /** Whether the server has proved its identity. */
  isVerified: boolean;
  fault: TargetFault | undefined;
}

/**
 * Makes a connection check its server as all targets do. By itself, mysql2 would check an address
 * as `localhost` and report no reason. mysql2 calls `startTLS` before it sends a user or a
 * password.
 */
export function verifyTls(connection: Connection, options: TlsOptions): TlsOutcome {
  const outcome: TlsOutcome = { isVerified: false, fault: undefined };
  const upgradable = connection as unknown as Upgradable;
  upgradable.startTLS = (onSecure) => {
    const plain = upgradable.stream;
    plain.removeAllListeners('data');
    const secure = connect({ socket: plain, ...options }, () => {
      outcome.isVerified = true;
      onSecure();
    });
    secure.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (outcome.isVerified) return;
      outcome.fault ??= faultOf(code);
      onSecure(outcome.fault);
    });
    secure.on('close', () => plain.destroy());
    secure.on('data', (data: Buffer) => upgradable.packetParser.execute(data));
    upgradable.stream = secure;
  };
  return outcome;
}

function faultOf(code: string | undefined): TargetFault {
  return code === 'ECONNRESET' || code === 'EPIPE'
    ? new TargetFault('TargetUnreachable', 'the target closed the connection')
    : new TargetFault('TlsFailed', `the target is not trusted: ${tlsProblem(code)}`);
}
