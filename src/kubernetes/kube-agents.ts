import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { limits } from '../core/limits.js';
import type { KubeTlsMaterial } from './kube-access-material.js';

export type KubeAgent = HttpAgent | HttpsAgent;

export interface AgentUse {
  /**
   * False for somebody else's token. An API server looks at a client certificate before it looks at
   * a token, and would take the caller for the gateway.
   */
  readonly withCertificate: boolean;
  /** An answer that goes on for long has a connection beside those of requests. */
  readonly isStream: boolean;
}

// Well under the 90 s after which the API server closes idle connections.
const IDLE_SOCKET_MS_MAX = 30_000;

/** Kept connections, made anew when certificate files change. */
export class KubeAgents {
  readonly #isTls: boolean;
  readonly #plain = new HttpAgent(poolOptions(limits.upstreamSocketsMax));
  readonly #plainStreams = new HttpAgent(poolOptions(limits.upstreamWatchesMax));
  #tls: KubeTlsMaterial | undefined;
  #own: HttpsAgent | undefined;
  #ownStreams: HttpsAgent | undefined;
  #anonymous: HttpsAgent | undefined;

  constructor(isTls: boolean) {
    this.#isTls = isTls;
  }

  /** Throws TypeError for a stream with somebody else's token: none is needed. */
  agent(tls: KubeTlsMaterial, { withCertificate, isStream }: AgentUse): KubeAgent {
    if (isStream && !withCertificate) throw new TypeError('a stream is never opened by a caller');
    if (!this.#isTls) return isStream ? this.#plainStreams : this.#plain;
    if (this.#tls === undefined || !isSame(this.#tls, tls)) {
      this.close();
      this.#tls = tls;
      const pool = poolOptions(limits.upstreamSocketsMax);
      const streams = poolOptions(limits.upstreamWatchesMax);
      this.#own = new HttpsAgent({ ...pool, ...tlsOptions(tls, true) });
      this.#ownStreams = new HttpsAgent({ ...streams, ...tlsOptions(tls, true) });
      this.#anonymous = new HttpsAgent({ ...pool, ...tlsOptions(tls, false) });
    }
    const own = isStream ? this.#ownStreams : this.#own;
    // All were made with #tls.
    return (withCertificate ? own : this.#anonymous) as HttpsAgent;
  }

  /** Closes idle connections; those in use end with their request. */
  close(): void {
    const agents = [this.#plain, this.#plainStreams, this.#own, this.#ownStreams, this.#anonymous];
    for (const agent of agents) {
      for (const socket of Object.values(agent?.freeSockets ?? {}).flat()) socket?.destroy();
    }
  }
}

function poolOptions(socketsMax: number) {
  return {
    keepAlive: true,
    maxSockets: socketsMax,
    maxFreeSockets: socketsMax,
    timeout: IDLE_SOCKET_MS_MAX,
  };
}

function tlsOptions(tls: KubeTlsMaterial, withCertificate: boolean) {
  return {
    // Set outright: left out, an environment variable could switch verification off.
    rejectUnauthorized: tls.rejectUnauthorized,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
    ...(withCertificate && tls.cert !== undefined ? { cert: tls.cert } : {}),
    ...(withCertificate && tls.key !== undefined ? { key: tls.key } : {}),
  };
}

function isSame(a: KubeTlsMaterial, b: KubeTlsMaterial): boolean {
  return (
    String(a.ca) === String(b.ca) &&
    String(a.cert) === String(b.cert) &&
    String(a.key) === String(b.key) &&
    a.servername === b.servername &&
    a.rejectUnauthorized === b.rejectUnauthorized
  );
}
