import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import type { BearerCredential } from './bearer-credential.js';
import type { ExchangeObserver } from './exchange-observer.js';
import type { RawHeaders } from './impersonation-headers.js';
import { type KubeAgent, KubeAgents } from './kube-agents.js';
import type { KubeAnswer, KubeCall } from './kube-call.js';
import type { KubeConnection } from './kube-connection.js';
import type { KubeAccessMaterial } from './kube-access-material.js';
import { kubePath } from './kube-path.js';
import { isStaleConnection, networkFailure, outcomeUnknown } from './network-failure.js';
import { retryDelayMs } from './retry-after.js';
import { KubeExchangeFailure, sendOnce } from './send-once.js';

/** As whom a request goes out. */
export type OutboundIdentity =
  | { readonly kind: 'self' }
  | { readonly kind: 'impersonated'; readonly headers: RawHeaders }
  | { readonly kind: 'bearer'; readonly credential: BearerCredential };

/** Requests over kept connections, each with a deadline, a size bound and an `Audit-ID`. */
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
   * The API server's answer, whatever its status but a redirect. Throws Unavailable, Timeout or,
   * where a write may have happened, OutcomeUnknown. Only calls without effect are repeated.
   */
  send(call: KubeCall, identity: OutboundIdentity): Promise<KubeAnswer> {
    return this.#observe(call.method, () => this.#send(call, identity));
  }

  close(): void {
    this.#agents.close();
  }

  async #send(call: KubeCall, identity: OutboundIdentity): Promise<KubeAnswer> {
    const deadline = AbortSignal.timeout(call.timeoutMs ?? limits.upstreamTimeoutMs);
    const attempt = new Attempts();
    for (;;) {
      const answer = await this.#attempt(call, identity, deadline, attempt);
      if (answer === undefined) continue;
      if (answer.status === 401 && identity.kind !== 'bearer') this.#connection.forget();
      if (answer.status >= 300 && answer.status < 400) throw redirected(call, answer.status);
      const delayMs = call.effect === 'none' ? retryDelayMs(answer) : undefined;
      if (delayMs === undefined || !attempt.mayRepeat()) return answer;
      try {
        await wait(delayMs, undefined, { signal: anyOf(deadline, call.signal) });
      } catch {
        return answer;
      }
    }
  }

  /** Undefined: a kept connection was stale, try again. */
  async #attempt(
    call: KubeCall,
    identity: OutboundIdentity,
    deadline: AbortSignal,
    attempts: Attempts,
  ): Promise<KubeAnswer | undefined> {
    const material = await this.#material();
    if (call.signal?.aborted) throw unavailable('the call was cancelled');
    // A write that has begun runs to its end, so that its outcome is known.
    const signal = call.effect === 'none' ? anyOf(deadline, call.signal) : deadline;
    try {
      return await sendOnce(this.#outbound(call, identity, material, signal));
    } catch (error) {
      if (!(error instanceof KubeExchangeFailure)) throw error;
      if (call.effect === 'none' && isStaleConnection(error) && attempts.mayReconnect()) {
        return undefined;
      }
      throw networkFailure(call, error, deadline.aborted);
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
    call: KubeCall,
    identity: OutboundIdentity,
    material: KubeAccessMaterial,
    signal: AbortSignal,
  ) {
    const { server } = this.#connection;
    const body =
      call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body), 'utf8');
    const auditId = randomUUID();
    const agent: KubeAgent = this.#agents.agent(material.tls, identity.kind !== 'bearer');
    const headers = ['Host', server.host, 'Accept', 'application/json'];
    headers.push('User-Agent', 'sallyport', 'Audit-ID', auditId);
    if (body !== undefined) {
      headers.push('Content-Type', call.contentType ?? 'application/json');
      headers.push('Content-Length', String(body.byteLength));
    }
    headers.push(...identityHeaders(identity, material.token));
    const path = kubePath(server.pathname, call);
    call.onUpstreamId?.(auditId);
    const responseBytesMax = call.responseBytesMax ?? limits.upstreamResponseBytesMax;
    const { method } = call;
    return { server, agent, method, path, headers, body, responseBytesMax, signal };
  }
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
  // The last line: without a user the API server would act as the gateway.
  if (name !== 'Impersonate-User' || user === undefined || user.trim() === '') {
    throw new TypeError('an impersonated request needs a user');
  }
  return [...own, ...identity.headers];
}

function redirected(call: KubeCall, status: number) {
  const internal = `API server answered ${status}; redirects are not followed`;
  if (call.effect === 'write') return outcomeUnknown(internal);
  return unavailable('the cluster cannot be reached', { internal });
}

function anyOf(deadline: AbortSignal, signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
}
