import { isIPv6 } from 'node:net';
import type { Document, MongoClient, MongoClientOptions } from 'mongodb';
import { rotationLimits } from '../../../core/rotation-limits.js';
import { within } from '../../../core/within.js';
import type { TargetConnection } from '../../domain/password-target.js';
import { AUTHENTICATION_FAILED } from '../../domain/mongodb/mongo-fault.js';
import { TargetFault } from '../../domain/target-fault.js';
import { isTlsCode, tlsProblem } from '../../domain/tls-problem.js';
import { type TlsOptions, boundedCall, timedOut, tlsOptions } from '../tls-dial.js';

/** An error that the server answered with; its text may repeat what was sent. */
export class MongoRefusal extends Error {
  override readonly name = 'MongoRefusal';
  readonly code: number;
  /** Before anybody was let in. */
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
  /** Database that the user belongs to. */
  readonly source: string;
}

export interface MongoSession {
  /** Throws MongoRefusal, and TargetFault where the connection or the time has ended. */
  command(database: string, command: Document): Promise<Document>;
}

/** Runs logged in, on connections of its own, and ends them. Throws MongoRefusal, TargetFault. */
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
  // The driver reports here that a server changes to a version that is not supported.
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
 * One server and no other, whatever it says of its replica set: others are at addresses that nobody
 * checked. Nothing is tried again, compressed or logged, whatever variables say.
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
    // Without a mechanism the server says which the user has: SHA-256 before SHA-1.
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

/** The driver tries to reach a server until its time is over; here the first failure counts. */
async function connected(client: MongoClient): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  client.once('serverHeartbeatFailed', ({ failure }) => reject(failure));
  await Promise.race([client.connect(), promise]);
}

async function closed(client: MongoClient): Promise<void> {
  const signal = AbortSignal.timeout(rotationLimits.targetCloseMsMax);
  // What it ends are connections; a server that hangs keeps nobody waiting.
  await within(signal, client.close()).catch(() => undefined);
}

/** Knows whether the peer has proved who it is. */
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

/** Turns errors of the driver into ours. */
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
      // Of the driver itself: no user can have such a password.
      if (isOfLogin && isOfSaslprep(error)) throw new MongoRefusal(AUTHENTICATION_FAILED, true);
      throw this.#faultOf(error);
    }
  }

  #faultOf(error: unknown): TargetFault {
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
