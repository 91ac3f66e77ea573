import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import type { BearerCredential } from './bearer-credential.js';
import { CallEnd } from './call-end.js';
import type { ExchangeObserver } from './exchange-observer.js';
import type { RawHeaders } from './impersonation-headers.js';
import { type KubeAgent, KubeAgents } from './kube-agents.js';
import type { KubeAnswer, KubeCall, KubeStreamAnswer } from './kube-call.js';
import type { KubeConnection } from './kube-connection.js';
import type { KubeAccessMaterial } from './kube-access-material.js';
import { kubePath } from './kube-path.js';
import { cancelled, isStaleConnection, networkFailure, outcomeUnknown } from './network-failure.js';
import { retryDelayMs } from './retry-after.js';
import { KubeExchangeFailure, type OutboundRequest, openOnce, sendOnce } from './send-once.js';

/** Identity of a request. */
export type OutboundIdentity =
  | { readonly kind: 'self' }
  | { readonly kind: 'impersonated'; readonly headers: RawHeaders }
  | { readonly kind: 'bearer'; readonly credential: BearerCredential };

/** Requests over persistent connections, each with a deadline, a size limit and an `Audit-ID`. */
export class KubeTransport {
  readonly #connection: KubeConnection;
  readonly #agents: KubeAgents;
  readonly #observe: ExchangeObserver;

  constructor(
    connection: KubeConnection,
    observe: ExchangeObserver = (_method, exchange) => exchange(),
  ) {
    this.#connection = connection;
    this.#observe = observe;
    this.#agents = new KubeAgents(connection.server.protocol === 'https:');
  }

  /**
   * Returns the API server's answer, whatever its status but a redirect. Throws Unavailable,
   * Timeout or, if a write may have happened, OutcomeUnknown. Only calls without effect are
   * repeated.
   */
  send(call: KubeCall, identity: OutboundIdentity): Promise<KubeAnswer> {
    return this.#observe(call.method, () => this.#send(call, identity));
  }

  /**
   * Returns the head of a streamed answer, within the usual deadline. The body follows until the
   * server, `call.signal` or `call.timeoutMs` ends it. Errors are like those of a read by `send`;
   * later failures throw from the chunks.
   */
  async stream(
    call: KubeCall & { readonly effect: 'none'; readonly timeoutMs: number },
    identity: OutboundIdentity,
  ): Promise<KubeStreamAnswer> {
    let opened: KubeStreamAnswer | undefined;
    await this.#observe(call.method, async () => (opened = await this.#open(call, identity)));
    // An observer that did not call would have thrown or answered itself.
    if (opened === undefined) throw unavailable('the cluster cannot be reached');
    return opened;
  }

  close(): void {
    this.#agents.close();
  }

  async #open(
    call: KubeCall & { readonly timeoutMs: number },
    identity: OutboundIdentity,
  ): Promise<KubeStreamAnswer> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), limits.upstreamTimeoutMs);
    const deadline = AbortSignal.any([late.signal, AbortSignal.timeout(call.timeoutMs)]);
    // The stream outlives this method, and so do its signals.
    const signal = call.signal ? AbortSignal.any([deadline, call.signal]) : deadline;
    const attempts = new Attempts();
    const isLate = () => deadline.aborted;
    const exchange = { call, identity, signal, isLate, attempts, isStream: true };
    try {
      let answer: KubeStreamAnswer | undefined;
      while (answer === undefined) answer = await this.#attempt(exchange, openOnce);
      this.#check(answer, call, identity);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  async #send(call: KubeCall, identity: OutboundIdentity): Promise<KubeAnswer> {
    // A write that has begun runs to its end, so that its outcome is known.
    const caller = call.effect === 'none' ? call.signal : undefined;
    const end = new CallEnd(call.timeoutMs ?? limits.upstreamTimeoutMs, caller);
    const { signal } = end;
    const attempts = new Attempts();
    const isLate = () => end.isLate;
    const exchange = { call, identity, signal, isLate, attempts, isStream: false };
    try {
      for (;;) {
        const answer = await this.#attempt(exchange, sendOnce);
        if (answer === undefined) continue;
        this.#check(answer, call, identity);
        const delayMs = call.effect === 'none' ? retryDelayMs(answer) : undefined;
        if (delayMs === undefined || !attempts.mayRepeat()) return answer;
        const isOver = await wait(delayMs, false, { signal }).catch(() => true);
        if (isOver) return answer;
      }
    } finally {
      end.release();
    }
  }

  #check(answer: KubeAnswer, call: KubeCall, identity: OutboundIdentity): void {
    if (answer.status === 401 && identity.kind !== 'bearer') this.#connection.forget();
    const isExpected = answer.status === 304 && call.conditions !== undefined;
    if (answer.status >= 300 && answer.status < 400 && !isExpected) {
      throw redirected(call, answer.status);
    }
  }

  /** Attempts once; undefined: a persistent connection was stale, try again. */
  async #attempt<Answer>(
    exchange: Exchange,
    carryOut: (outbound: OutboundRequest) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const { call, isLate, attempts } = exchange;
    const material = await this.#material();
    const auditId = (await call.nextUpstreamId?.()) ?? randomUUID();
    if (call.signal?.aborted) throw cancelled(call);
    try {
      return await carryOut(this.#outbound({ ...exchange, auditId }, material));
    } catch (error) {
      if (!(error instanceof KubeExchangeFailure)) throw error;
      if (call.effect === 'none' && isStaleConnection(error) && attempts.mayReconnect()) {
        return undefined;
      }
      throw networkFailure(call, error, isLate());
    }
  }

  async #material(): Promise<KubeAccessMaterial> {
    try {
      return await this.#connection.material();
    } catch (error) {
      const internal = `own credentials cannot be read: ${String(error)}`;
      throw unavailable('the cluster cannot be reached', { internal });
    }
  }

  #outbound(
    { call, identity, signal, isStream, auditId }: Exchange & { readonly auditId: string },
    material: KubeAccessMaterial,
  ): OutboundRequest {
    const { server } = this.#connection;
    const body = bodyOf(call);
    const isForwarded = call.isForwarded === true;
    const use = { withCertificate: identity.kind !== 'bearer', isStream, isForwarded };
    const agent: KubeAgent = this.#agents.agent(material.tls, use);
    const headers = ['Host', server.host, 'Accept', call.accept ?? 'application/json'];
    headers.push('User-Agent', 'sallyport', 'Audit-ID', auditId);
    if (body !== undefined) {
      headers.push('Content-Type', call.contentType ?? 'application/json');
      headers.push('Content-Length', String(body.byteLength));
    }
    for (const [name, value] of Object.entries(call.conditions ?? {})) headers.push(name, value);
    headers.push(...identityHeaders(identity, material.token));
    const path = kubePath(server.pathname, call);
    call.onUpstreamId?.(auditId);
    const responseBytesMax = call.responseBytesMax ?? limits.upstreamResponseBytesMax;
    const { method } = call;
    return { server, agent, method, path, headers, body, responseBytesMax, signal };
  }
}

interface Exchange {
  readonly call: KubeCall;
  readonly identity: OutboundIdentity;
  /** Signal that ends it. */
  readonly signal: AbortSignal;
  /** Reports whether its deadline has passed. */
  readonly isLate: () => boolean;
  readonly attempts: Attempts;
  readonly isStream: boolean;
}

class Attempts {
  #repeated = 0;
  #reconnected = false;

  mayRepeat(): boolean {
    this.#repeated += 1;
    return this.#repeated <= limits.upstreamRetriesMax;
  }

  mayReconnect(): boolean {
    const isFirst = !this.#reconnected;
    this.#reconnected = true;
    return isFirst;
  }
}

function identityHeaders(identity: OutboundIdentity, ownToken: string | undefined): string[] {
  if (identity.kind === 'bearer') return ['Authorization', identity.credential.authorization()];
  const own = ownToken === undefined ? [] : ['Authorization', `Bearer ${ownToken}`];
  if (identity.kind === 'self') return own;
  const [name, user] = identity.headers;
  // Last defence: without a user, the API server would act as the gateway.
  if (name !== 'Impersonate-User' || user === undefined || user.trim() === '') {
    throw new TypeError('an impersonated request needs a user');
  }
  return [...own, ...identity.headers];
}

function bodyOf({ body, rawBody }: KubeCall): Buffer | undefined {
  if (rawBody !== undefined) return rawBody;
  return body === undefined ? undefined : Buffer.from(JSON.stringify(body), 'utf8');
}

function redirected(call: KubeCall, status: number) {
  const internal = `API server answered ${status}; redirects are not followed`;
  if (call.effect === 'write') return outcomeUnknown(internal);
  return unavailable('the cluster cannot be reached', { internal });
}
