import { isIPv6 } from 'node:net';
import type { Document, MongoClient, MongoClientOptions } from 'mongodb';
import { rotationLimits } from '../../../core/rotation-limits.js';
import { within } from '../../../core/within.js';
import type { TargetConnection } from '../../domain/password-target.js';
import { AUTHENTICATION_FAILED } from '../../domain/mongodb/mongo-fault.js';
import { TargetFault, type TargetFailure } from '../../domain/target-fault.js';
import { isTlsCode, tlsProblem } from '../../../platform/outbound/domain/tls-problem.js';
import { type TlsOptions, timedOut, tlsOptions } from '../../../platform/outbound/tls-dial.js';
import { boundedCall } from '../bounded-call.js';

/** Error answer of the server; its text may repeat what was sent. */
export class MongoRefusal extends Error {
  override readonly name = 'MongoRefusal';
  readonly code: number;
  /** Whether the failure was before a login. */
  readonly isOfLogin: boolean;

  constructor(code: number, isOfLogin: boolean) {
    super('the server refused a command');
    this.code = code;
    this.isOfLogin = isOfLogin;
  }
}

/** Passwords as text, as the protocol has them. */
export interface MongoLogin {
  readonly username: string;
  readonly password: string;
  /** Database of the user. */
  readonly source: string;
}

export interface MongoSession {
  /** Throws MongoRefusal, and TargetFault if the connection or the time has ended. */
  command(database: string, command: Document): Promise<Document>;
}

/** Runs logged in, on separate connections, and closes them. Throws MongoRefusal, TargetFault. */
export async function withMongo<T>(
  connection: TargetConnection,
  login: MongoLogin,
  signal: AbortSignal,
  work: (session: MongoSession) => Promise<T>,
): Promise<T> {
  const driver = await import('mongodb');
  const bounded = boundedCall(signal);
  const { address, port, serverName } = await connection.resolve(bounded);
  const rules = { mode: connection.server.tls.mode, ca: connection.ca };
  const tls = new WatchedTls(tlsOptions(serverName, rules));
  const host = isIPv6(address) ? `[${address}]` : address;
  const client = new driver.MongoClient(`mongodb://${host}:${port}/`, optionsOf(login, tls));
  // The driver reports here that a server changed to an unsupported version.
  client.on('error', () => undefined);
  const guard = new Guard(driver, tls, bounded);
  try {
    await guard.run(connected(client), { isOfLogin: true });
    const command = (database: string, body: Document): Promise<Document> => {
      const answer = client.db(database).command(body);
      return guard.run(answer, { isOfLogin: false });
    };
    return await work({ command });
  } finally {
    await closed(client);
  }
}

/**
 * Connects to one server only, whatever it says of its replica set: other addresses were not
 * checked. Never retries, compresses or logs, whatever variables say.
 */
function optionsOf(
  { username, password, source }: MongoLogin,
  tls: WatchedTls,
): MongoClientOptions {
  return {
    ...tls.options,
    tls: true,
    directConnection: true,
    auth: { username, password },
    // Without a mechanism, the server reports the user's mechanisms: SHA-256 before SHA-1.
    authSource: source,
    retryReads: false,
    retryWrites: false,
    compressors: ['none'],
    maxPoolSize: 1,
    connectTimeoutMS: rotationLimits.targetCallMsMax,
    serverSelectionTimeoutMS: rotationLimits.targetCallMsMax,
    socketTimeoutMS: rotationLimits.targetCallMsMax,
    monitorCommands: false,
    serverMonitoringMode: 'poll',
    mongodbLogComponentSeverities: { default: 'off' },
  };
}

/** Connects. The driver retries until its time is over; here the first failure counts. */
async function connected(client: MongoClient): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  client.once('serverHeartbeatFailed', ({ failure }) => reject(failure));
  await Promise.race([client.connect(), promise]);
}

async function closed(client: MongoClient): Promise<void> {
  const signal = AbortSignal.timeout(rotationLimits.targetCloseMsMax);
  // Close ends connections only; a server that hangs must block nobody.
  await within(signal, client.close()).catch(() => undefined);
}

/** Options that know whether the peer has proved its identity. */
class WatchedTls {
  readonly options: TlsOptions;
  isVerified = false;

  constructor(options: TlsOptions) {
    this.options = {
      ...options,
      checkServerIdentity: (host, peer) => {
        const problem = options.checkServerIdentity(host, peer);
        if (problem === undefined) this.isVerified = true;
        return problem;
      },
    };
  }
}

type Driver = Pick<
  typeof import('mongodb'),
  'MongoCompatibilityError' | 'MongoNetworkError' | 'MongoServerSelectionError'
>;

/** Converts errors of the driver. */
class Guard {
  readonly #driver: Driver;
  readonly #tls: WatchedTls;
  readonly #signal: AbortSignal;

  constructor(driver: Driver, tls: WatchedTls, signal: AbortSignal) {
    this.#driver = driver;
    this.#tls = tls;
    this.#signal = signal;
  }

  async run<T>(work: Promise<T>, { isOfLogin }: { readonly isOfLogin: boolean }): Promise<T> {
    try {
      return await within(this.#signal, work);
    } catch (error) {
      if (this.#signal.aborted) throw timedOut();
      const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
      if (name === 'MongoServerError' && typeof code === 'number') {
        throw new MongoRefusal(code, isOfLogin);
      }
      // The driver itself reports this: no user can have such a password.
      if (isOfLogin && isOfSaslprep(error)) throw new MongoRefusal(AUTHENTICATION_FAILED, true);
      throw this.#faultOf(error);
    }
  }

  #faultOf(error: unknown): TargetFailure {
    const { MongoCompatibilityError, MongoNetworkError, MongoServerSelectionError } = this.#driver;
    if (error instanceof Error && error.name.endsWith('TimeoutError')) return timedOut();
    if (error instanceof MongoCompatibilityError) {
      return new TargetFault('Unsupported', 'the server is of a version that is not supported');
    }
    if (!(error instanceof MongoNetworkError || error instanceof MongoServerSelectionError)) {
      return new TargetFault('TargetFailed', 'the server does not speak as it should');
    }
    const { code, syscall } = (error.cause ?? {}) as Partial<NodeJS.ErrnoException>;
    if (syscall === 'connect') {
      return new TargetFault('TargetUnreachable', 'the target cannot be reached');
    }
    return this.#tls.isVerified && !isTlsCode(code)
      ? new TargetFault('TargetUnreachable', 'the server ended the connection')
      : new TargetFault('TlsFailed', `the target is not trusted: ${tlsProblem(code)}`);
  }
}

/** https://github.com/mongodb-js/devtools-shared/blob/main/packages/saslprep/src/index.ts */
function isOfSaslprep(error: unknown): boolean {
  return error instanceof Error && /rfc4013|RandALCat/.test(error.message);
}
