import type { FastifyReply, FastifyRequest } from 'fastify';
import { toCallContext } from '../../auth/authenticate.hook.js';
import type { RequestAuthentication } from '../../auth/request-authentication.js';
import type { CallContext } from '../../core/call-context.js';
import { SallyportError, badRequest, toSallyportError } from '../../core/errors/sallyport-error.js';
import type { StreamQuota } from '../../core/stream-quota.js';
import type { RefusalRecorder } from '../http/refusal-recorder.js';
import type { RequestLimits } from '../http/request-limits.js';
import type { RequestLifetime, RequestLifetimes } from '../http/request-lifetimes.js';
import { type CloseCode, closeCodeOf } from './socket-close.js';
import type { SocketConnection } from './socket-connection.js';

export interface SocketSessionDependencies {
  readonly authentication: Pick<RequestAuthentication, 'authenticate'>;
  readonly limits: Pick<RequestLimits, 'admit' | 'admitAnswer'>;
  readonly refusals: Pick<RefusalRecorder, 'recorded' | 'counted'>;
  readonly terms: RequestLifetimes;
  /** Slots of connections whose caller is known. */
  readonly places: StreamQuota;
  /** Aborts when the gateway begins to stop. */
  readonly leaving: AbortSignal;
}

/** Caller of a connection, for as long as the credential is valid. */
export class SocketSession {
  readonly request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #parts: SocketSessionDependencies;
  readonly #ends: (() => void)[] = [];
  #connection: SocketConnection | undefined;
  #term: RequestLifetime | undefined;
  #isOver = false;

  constructor(request: FastifyRequest, reply: FastifyReply, parts: SocketSessionDependencies) {
    this.request = request;
    this.#reply = reply;
    this.#parts = parts;
    if (reply.raw.destroyed) this.#leave();
    else reply.raw.once('close', () => this.#leave());
  }

  /** Returns the call; undefined until a caller is authenticated. */
  get call(): CallContext | undefined {
    return this.request.callContext ?? undefined;
  }

  /** Takes the slot of a caller whom the request itself names. Throws TooManyRequests. */
  enter(): void {
    const { call } = this;
    if (call === undefined || this.#isOver) return;
    const place = this.#parts.places.take(call);
    this.#ends.push(() => place.release());
    const term = this.#parts.terms.hold(this.request, this.#reply, call);
    this.#term = term;
    this.#ends.push(() => term.release());
    const ends = call.signal ? [call.signal, term.signal] : [term.signal];
    this.request.callContext = { ...call, signal: AbortSignal.any(ends) };
    term.signal.addEventListener('abort', () => this.#closeAtEnd());
  }

  /** Attaches the opened connection. */
  attach(connection: SocketConnection): void {
    this.#connection = connection;
    if (this.#term?.signal.aborted === true) this.#closeAtEnd();
  }

  /**
   * Processes `connection_init`; reports whether the caller is known, else closes the connection.
   */
  async begin(payload: Readonly<Record<string, unknown>> | undefined): Promise<boolean> {
    try {
      const authorization = payload?.['authorization'];
      if (authorization !== undefined || !this.call) await this.#authenticate(authorization);
      return true;
    } catch (error) {
      await this.#refuse(toSallyportError(error));
      return false;
    }
  }

  /** Closes; records a refusal if the client did not authenticate in time, or at all. */
  async close(code: CloseCode): Promise<void> {
    const isRefusal = this.call === undefined && (code === 4401 || code === 4408);
    if (isRefusal) await this.#refuse(unauthenticated(), code);
    else this.#connection?.close(code);
  }

  async #authenticate(authorization: unknown): Promise<void> {
    const { request } = this;
    const { authentication, limits, leaving } = this.#parts;
    if (this.call) throw badRequest('the connection has a credential already');
    if (authorization !== undefined) {
      if (typeof authorization !== 'string') throw badRequest('authorization must be text');
      // Browsers cannot send this header: from here on, the value is treated as the header.
      request.raw.headers.authorization = authorization;
    }
    const principal = await authentication.authenticate(request);
    request.principal = principal;
    const charge = (requests: number): void => {
      if (requests > 0) void limits.admit(principal, requests);
    };
    const chargeAnswer = (bytes: number): void => limits.admitAnswer(principal, bytes);
    request.callContext = { ...toCallContext(request, principal, leaving), charge, chargeAnswer };
    limits.admit(principal);
    this.enter();
  }

  async #refuse(error: SallyportError, code?: CloseCode): Promise<void> {
    const recorded = await this.#parts.refusals.recorded(this.request, error);
    const isSame = recorded.code === error.code;
    this.#connection?.close(isSame && code !== undefined ? code : closeCodeOf(recorded));
  }

  #closeAtEnd(): void {
    const reason = this.#term?.reason();
    if (reason === 'credential') this.#connection?.close(4401);
    if (reason === 'leaving') this.#connection?.close(1001);
  }

  #leave(): void {
    this.#isOver = true;
    for (const end of this.#ends.splice(0)) end();
  }
}

function unauthenticated(): SallyportError {
  return new SallyportError('Unauthenticated', 'a valid bearer token is needed', {
    internal: 'no credential came on the connection',
  });
}
