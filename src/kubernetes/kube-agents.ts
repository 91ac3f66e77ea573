import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { limits } from '../core/limits.js';
import type { KubeTlsMaterial } from './kube-access-material.js';

export type KubeAgent = HttpAgent | HttpsAgent;

// Well under the 90 s after which the API server closes idle connections.
const IDLE_SOCKET_MS_MAX = 30_000;

/** Kept connections, made anew when certificate files change. */
export class KubeAgents {
  readonly #isTls: boolean;
  readonly #plain = new HttpAgent(poolOptions());
  #tls: KubeTlsMaterial | undefined;
  #own: HttpsAgent | undefined;
  #anonymous: HttpsAgent | undefined;

  constructor(isTls: boolean) {
    this.#isTls = isTls;
  }

  /**
   * `withCertificate` false: for somebody else's token. An API server looks at a client certificate
   * before it looks at a token, and would take the caller for the gateway.
   */
  agent(tls: KubeTlsMaterial, withCertificate: boolean): KubeAgent {
    if (!this.#isTls) return this.#plain;
    if (this.#tls === undefined || !isSame(this.#tls, tls)) {
      this.close();
      this.#tls = tls;
      this.#own = new HttpsAgent({ ...poolOptions(), ...tlsOptions(tls, true) });
      this.#anonymous = new HttpsAgent({ ...poolOptions(), ...tlsOptions(tls, false) });
    }
    // Both were made with #tls.
    return (withCertificate ? this.#own : this.#anonymous) as HttpsAgent;
  }

  /** Closes idle connections; those in use end with their request. */
  close(): void {
    for (const agent of [this.#plain, this.#own, this.#anonymous]) {
      for (const socket of Object.values(agent?.freeSockets ?? {}).flat()) socket?.destroy();
    }
  }
}

function poolOptions() {
  return {
    keepAlive: true,
    maxSockets: limits.upstreamSocketsMax,
    maxFreeSockets: limits.upstreamSocketsMax,
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
