import type { TLSSocket } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import { rotationLimits } from '../../../core/rotation-limits.js';
import { within } from '../../../core/within.js';
import { hasControlCharacter } from '../../domain/control-characters.js';
import type { Login, TargetConnection } from '../../domain/password-target.js';
import { roleNameProblem } from '../../domain/postgres/quoted.js';
import { isLoginRefused, meaningOf } from '../../domain/postgres/sql-state.js';
import { isTargetFailure, TargetFault, type TargetFailure } from '../../domain/target-fault.js';
import { passwordText } from '../password-text.js';
import { timedOut } from '../../../platform/outbound/tls-dial.js';
import { openTlsSocket } from './tls-socket.js';

/** Settings that override the database and role: names in writable schemas are never used. */
const SETTINGS = [
  'search_path=pg_catalog',
  'standard_conforming_strings=on',
  'datestyle=ISO',
  'lock_timeout=0',
  // A process that stops within a change blocks others for no longer than this.
  `idle_in_transaction_session_timeout=${rotationLimits.targetCallMsMax}`,
];

/** insufficient_privilege */
const NO_RIGHT = '42501';

export interface PostgresPlace {
  readonly connection: TargetConnection;
  readonly database: string;
}

/** Runs one statement and returns its rows. */
export type Query = (sql: string, values?: readonly unknown[]) => Promise<readonly unknown[]>;

/**
 * Logs in, works and disconnects. Undefined if the server does not let the user in. Throws
 * TargetFault for any other obstacle, including servers that ask for no password or a plain one.
 */
export async function withSession<T>(
  place: PostgresPlace,
  login: Login,
  signal: AbortSignal,
  work: (query: Query) => Promise<T>,
): Promise<{ readonly result: T } | undefined> {
  const problem = roleNameProblem(login.username);
  if (problem !== undefined) throw new TargetFault('Unsupported', `the user ${problem}`);
  if (hasControlCharacter(place.database)) {
    throw new TargetFault('Unsupported', 'the name of the database has control characters');
  }
  const password = passwordText(login.password);
  // The server stores no empty password, and never asks for it.
  if (password === '') return undefined;
  const socket = await openTlsSocket(place.connection, signal);
  try {
    const settings = clientSettings(place.database, login.username, socket);
    const client = await logIn(settings, password, signal);
    if (client === undefined) return undefined;
    const result = await work(async (sql, values = []) => {
      const { rows } = await within(
        signal,
        client.query<Record<string, unknown>>(sql, [...values]),
        timedOut,
      );
      return rows;
    });
    await within(signal, client.end(), timedOut).catch(() => undefined);
    return { result };
  } catch (error) {
    throw signal.aborted ? timedOut() : faultOf(error);
  } finally {
    socket.destroy();
  }
}

/** Returns settings that leave nothing to the environment or to a password file. */
function clientSettings(database: string, user: string, socket: TLSSocket): ClientConfig {
  return {
    database,
    user,
    host: socket.remoteAddress,
    port: socket.remotePort,
    stream: () => connected(socket),
    ssl: false,
    sslnegotiation: 'postgres',
    // Ties the exchange to this certificate (RFC 5929), even if its name is not checked.
    enableChannelBinding: true,
    application_name: 'sallyport',
    client_encoding: 'UTF8',
    statement_timeout: rotationLimits.targetCallMsMax,
    options: SETTINGS.map((setting) => `-c ${setting}`).join(' '),
  };
}

/** Logs in; undefined if the server does not let the user in. */
async function logIn(
  settings: ClientConfig,
  password: string,
  signal: AbortSignal,
): Promise<Client | undefined> {
  const { default: pg } = await import('pg');
  const asked = { plainly: false, properly: false };
  const client = new pg.Client({
    ...settings,
    password: () => {
      if (!asked.plainly) return password;
      throw new TargetFault('Unsupported', 'the target asks for the password itself');
    },
  });
  client.on('error', () => undefined);
  client.connection.on('authenticationCleartextPassword', () => (asked.plainly = true));
  for (const event of ['authenticationSASLFinal', 'authenticationMD5Password']) {
    client.connection.on(event, () => (asked.properly = true));
  }
  try {
    await within(signal, client.connect(), timedOut);
  } catch (error) {
    if (isLoginRefused(sqlState(error))) return undefined;
    if (sqlState(error) !== NO_RIGHT) throw error;
    // The server reports this only after a correct password.
    throw new TargetFault('TargetFailed', 'the target does not let the user into the database');
  }
  if (asked.properly) return client;
  throw new TargetFault('Unsupported', 'the target lets users in without a password');
}

/** Wraps a connected socket, because the client connects the socket that it gets. */
function connected(socket: TLSSocket): TLSSocket {
  return Object.assign(socket, {
    connect: () => {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    },
  });
}

function faultOf(error: unknown): TargetFailure {
  if (isTargetFailure(error)) return error;
  const state = sqlState(error);
  if (state !== undefined) {
    const { reason, text } = meaningOf(state);
    return new TargetFault(reason, `the target ${text}`);
  }
  return error instanceof Error && error.message.startsWith('SASL')
    ? new TargetFault('TargetFailed', 'the target does not prove that it knows the user (SCRAM)')
    : new TargetFault('TargetUnreachable', 'the target ended the connection');
}

/** Returns the SQLSTATE, which only the client's errors of the server have. */
function sqlState(error: unknown): string | undefined {
  const isOfServer = error instanceof Error && 'severity' in error && 'code' in error;
  return isOfServer && typeof error.code === 'string' ? error.code : undefined;
}
