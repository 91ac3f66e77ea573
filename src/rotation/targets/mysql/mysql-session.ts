import type { Socket } from 'node:net';
import type { Connection, ConnectionOptions, QueryError } from 'mysql2';
import { within } from '../../../core/within.js';
import { isLoginRefused, meaningOf } from '../../domain/mysql/server-error.js';
import { accountProblem } from '../../domain/mysql/quoted.js';
import type { Login, TargetConnection } from '../../domain/password-target.js';
import { isTargetFailure, TargetFault, type TargetFailure } from '../../domain/target-fault.js';
import { connectTo } from '../../../platform/outbound/connect-to.js';
import { passwordText } from '../password-text.js';
import { timedOut, type TlsOptions, tlsOptions } from '../../../platform/outbound/tls-dial.js';
import { type TlsOutcome, verifyTls } from './verified-tls.js';

/** Runs one statement and returns its rows; rejects with the driver's error. */
export type Query = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/**
 * Logs in, works and disconnects. Undefined if the server refuses the user; TargetFault for any
 * other obstacle.
 */
export async function withSession<T>(
  target: TargetConnection,
  login: Login,
  signal: AbortSignal,
  work: (query: Query) => Promise<T>,
): Promise<{ readonly result: T } | undefined> {
  const problem = accountProblem({ user: login.username, host: '%' });
  if (problem !== undefined) throw new TargetFault('Unsupported', `the user ${problem}`);
  const password = passwordText(login.password);
  const address = await target.resolve(signal);
  const { mode } = target.server.tls;
  const tls = tlsOptions(address.serverName, { mode, ca: target.ca });
  const socket = await connectTo(address, signal);
  try {
    const connection = await logIn({ socket, tls, signal }, login.username, password);
    if (connection === undefined) return undefined;
    const query = queryOf(connection);
    const result = await work((sql) => within(signal, query(sql), timedOut));
    await within(signal, end(connection), timedOut).catch(() => undefined);
    return { result };
  } catch (error) {
    throw signal.aborted ? timedOut() : faultOf(error);
  } finally {
    socket.destroy();
  }
}

/** Returns the code of a driver error if the server sent it. */
export function serverCode(error: unknown): number | undefined {
  const isOfServer = error instanceof Error && 'errno' in error && 'sqlState' in error;
  return isOfServer && typeof error.errno === 'number' ? error.errno : undefined;
}

interface Wire {
  readonly socket: Socket;
  readonly tls: TlsOptions;
  readonly signal: AbortSignal;
}

/** Logs in; undefined if the server does not let the user in. */
async function logIn(
  { socket, tls, signal }: Wire,
  user: string,
  password: string,
): Promise<Connection | undefined> {
  const { createConnection } = await import('mysql2');
  const connection = createConnection({ ...settings(socket), user, password });
  const outcome = verifyTls(connection, tls);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  connection.once('connect', () => resolve());
  // The listener stays, so that an error after the end of a call ends nothing else.
  connection.on('error', reject);
  try {
    await within(signal, promise, timedOut);
  } catch (error) {
    if (outcome.fault !== undefined) throw outcome.fault;
    if (outcome.isVerified && isLoginRefused(serverCode(error))) return undefined;
    throw error;
  }
  return verified(connection, outcome);
}

function verified(connection: Connection, outcome: TlsOutcome): Connection {
  if (outcome.isVerified) return connection;
  throw outcome.fault ?? noTls();
}

function settings(socket: Socket): ConnectionOptions {
  return {
    stream: socket,
    // Requires TLS; verifyTls verifies it.
    ssl: { rejectUnauthorized: true, verifyIdentity: true },
    charset: 'utf8mb4',
    connectTimeout: 0,
    multipleStatements: false,
    // The server must not request local files.
    flags: ['-LOCAL_FILES'],
    enableCleartextPlugin: false,
    authPlugins: { sha256_password: refusePlain, mysql_clear_password: refusePlain },
    connectAttributes: { program_name: 'sallyport' },
  };
}

/** Refuses login methods that send the password itself to the server. */
function refusePlain(): never {
  throw new TargetFault('Unsupported', 'the target asks for the password itself');
}

function queryOf(connection: Connection): Query {
  return (sql) => {
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<Query>>>();
    connection.query(sql, (error: QueryError | null, rows: unknown) => {
      if (error) reject(error);
      else resolve(Array.isArray(rows) ? (rows as Awaited<ReturnType<Query>>) : []);
    });
    return promise;
  };
}

function end(connection: Connection): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  connection.end(() => resolve());
  return promise;
}

const lost: ReadonlySet<string> = new Set(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE']);

function faultOf(error: unknown): TargetFailure {
  if (isTargetFailure(error)) return error;
  const code = serverCode(error);
  if (code !== undefined) {
    const { reason, text } = meaningOf(code);
    return new TargetFault(reason, `the target ${text}`);
  }
  const name = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (name === 'HANDSHAKE_NO_SSL_SUPPORT') return noTls();
  if (name === 'AUTH_SWITCH_PLUGIN_ERROR' || name === 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED') {
    return new TargetFault('Unsupported', 'the user logs in by other means than a password');
  }
  return lost.has(name)
    ? new TargetFault('TargetUnreachable', 'the target ended the connection')
    : new TargetFault('TargetFailed', 'the target does not speak the protocol of MySQL');
}

function noTls(): TargetFault {
  return new TargetFault('TlsFailed', 'the target does not offer TLS');
}
