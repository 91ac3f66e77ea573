import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext } from 'node:tls';
import { limits } from '../core/limits.js';
import type { KubeTlsMaterial } from './kube-access-material.js';

export type KubeAgent = HttpAgent | HttpsAgent;

export interface AgentUse {
  /**
   * False for a caller's token. An API server checks a client certificate before a token, and would
   * take the caller for the gateway.
   */
  readonly withCertificate: boolean;
  /** A streamed answer uses connections separate from those of requests. */
  readonly isStream: boolean;
  /** Whether the stream is for a client, which may block it. */
  readonly isForwarded?: boolean;
}

// Well under the 90 s after which the API server closes idle connections.
const IDLE_SOCKET_MS_MAX = 30_000;

type Pool = 'requests' | 'streams' | 'forwarded';
type Agents = Readonly<Record<Pool, KubeAgent>>;

/** Agent whose connections have one server and one material: they need no computed name. */
class ServerAgent extends HttpsAgent {
  override getName(): string {
    return 'API server';
  }
}

/** Persistent connections, recreated when certificate files change. */
export class KubeAgents {
  readonly #plain: Agents | undefined;
  #tls: KubeTlsMaterial | undefined;
  #own: Agents | undefined;
  #anonymous: Agents | undefined;

  constructor(isTls: boolean) {
    this.#plain = isTls ? undefined : agentsOf((options) => new HttpAgent(options));
  }

  agent(tls: KubeTlsMaterial, use: AgentUse): KubeAgent {
    const pool = poolOf(use);
    if (this.#plain !== undefined) return this.#plain[pool];
    if (this.#tls === undefined || !isSame(this.#tls, tls)) {
      // First, as both throw for invalid files.
      const [own, anonymous] = [serverAgents(tls, true), serverAgents(tls, false)];
      this.close();
      this.#tls = tls;
      this.#own = own;
      this.#anonymous = anonymous;
    }
    // Both were created with #tls.
    return ((use.withCertificate ? this.#own : this.#anonymous) as Agents)[pool];
  }

  /** Closes idle connections; used connections end with their request. */
  close(): void {
    for (const agents of [this.#plain, this.#own, this.#anonymous]) {
      for (const agent of Object.values(agents ?? {})) {
        for (const socket of Object.values((agent as KubeAgent).freeSockets).flat())
          socket?.destroy();
      }
    }
  }
}

function poolOf({ isStream, isForwarded }: AgentUse): Pool {
  if (!isStream) return 'requests';
  return isForwarded ? 'forwarded' : 'streams';
}

const forwardedMax =
  limits.kubectlWatchesMax + limits.kubectlListsMax + limits.kubectlDescriptionsMax;

function agentsOf(make: (options: ReturnType<typeof poolOptions>) => KubeAgent): Agents {
  return {
    requests: make(poolOptions(limits.upstreamSocketsMax)),
    streams: make(poolOptions(limits.upstreamWatchesMax)),
    forwarded: make(poolOptions(forwardedMax)),
  };
}

function poolOptions(socketsMax: number) {
  return {
    keepAlive: true,
    maxSockets: socketsMax,
    maxFreeSockets: socketsMax,
    timeout: IDLE_SOCKET_MS_MAX,
  };
}

/** Connections share one TLS context: parsing certificates and keys costs more than a handshake. */
function serverAgents(tls: KubeTlsMaterial, withCertificate: boolean): Agents {
  const secureContext = createSecureContext({
    ca: tls.ca,
    ...(withCertificate ? { cert: tls.cert, key: tls.key } : {}),
  });
  const server = {
    // Set explicitly: if absent, an environment variable could disable verification.
    rejectUnauthorized: tls.rejectUnauthorized,
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
  };
  return agentsOf((pool) => new ServerAgent({ ...pool, ...server, secureContext }));
}

function isSame(a: KubeTlsMaterial, b: KubeTlsMaterial): boolean {
  if (a === b) return true;
  return (
    String(a.ca) === String(b.ca) &&
    String(a.cert) === String(b.cert) &&
    String(a.key) === String(b.key) &&
    a.servername === b.servername &&
    a.rejectUnauthorized === b.rejectUnauthorized
  );
}
