import { hash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../core/clock.js';
import { SallyportError, badRequest } from '../core/errors/sallyport-error.js';
import { IdentityRefused, type Principal } from '../core/principal.js';
import { RecentMap } from '../core/recent-map.js';
import { reuseLimits } from '../core/reuse-limits.js';
import '../platform/http/request.js';
import type { RequestLimits } from '../platform/http/request-limits.js';
import { isSuperseded } from '../platform/http/tls-listener.js';
import { type Authenticator, unauthenticated } from './authenticator.js';
import { clientCertificateOf } from './client-certificate.js';
import type { Verified } from './credential-verifier.js';
import {
  type CertificateFacts,
  principalFromCertificate,
} from './domain/principal-from-certificate.js';

export interface RequestAuthenticationDependencies {
  readonly authenticator: Authenticator;
  readonly limits: RequestLimits;
  readonly clock: Clock;
}

/** Authentication of requests by one credential, a token or a certificate; counts wrong ones. */
export class RequestAuthentication {
  readonly #authenticator: Authenticator;
  readonly #limits: RequestLimits;
  readonly #clock: Clock;
  readonly #verified: VerifiedTokens;
  readonly #certified = new WeakMap<CertificateFacts, Principal>();

  constructor({ authenticator, limits, clock }: RequestAuthenticationDependencies) {
    this.#authenticator = authenticator;
    this.#limits = limits;
    this.#clock = clock;
    this.#verified = new VerifiedTokens(clock);
  }

  /** Returns the caller if known immediately, because the connection's credential was verified. */
  known({ headers: { authorization }, raw: { socket } }: FastifyRequest): Principal | undefined {
    if (authorization === undefined || clientCertificateOf(socket) !== undefined) return undefined;
    return this.#verified.find(socket, authorization);
  }

  /** Reports whether a request has a credential at all, right or wrong. */
  showsCredential({ headers, raw }: FastifyRequest): boolean {
    return headers.authorization !== undefined || clientCertificateOf(raw.socket) !== undefined;
  }

  /** Throws Unauthenticated, or TooManyRequests if an address sends too many wrong credentials. */
  async authenticate(request: FastifyRequest): Promise<Principal> {
    const { authorization } = request.headers;
    const certificate = clientCertificateOf(request.raw.socket);
    const credential = certificate?.fingerprint ?? authorization;
    try {
      if (certificate !== undefined) return this.#byCertificate(request, certificate);
      return await this.#byToken(request, authorization);
    } catch (error) {
      if (credential === undefined || !isUnauthenticated(error)) throw error;
      throw this.#limits.credentialFailed(request.sourceIp, credential) ?? error;
    }
  }

  /**
   * Reports whether a long request's credential is still valid, for an equal identity. If that is
   * unknown, assumes so until the next check.
   */
  async stillHolds(request: FastifyRequest, principal: Principal): Promise<boolean> {
    const { authorization } = request.headers;
    try {
      const certificate = clientCertificateOf(request.raw.socket);
      const now =
        certificate === undefined
          ? (await this.#authenticator.authenticate(authorization)).principal
          : this.#byCertificate(request, certificate);
      return identityOf(now) === identityOf(principal);
    } catch (error) {
      return !isUnauthenticated(error) && !isSuperseded(request.raw.socket);
    }
  }

  async #byToken(request: FastifyRequest, authorization: string | undefined): Promise<Principal> {
    if (authorization === undefined) {
      return (await this.#authenticator.authenticate(authorization)).principal;
    }
    this.#limits.beforeRemoteCheck(request.sourceIp, authorization, () =>
      this.#authenticator.checksLocally(authorization),
    );
    const verified = await this.#authenticator.authenticate(authorization);
    this.#limits.remember(authorization);
    this.#verified.keep(request.raw.socket, authorization, verified);
    return verified.principal;
  }

  #byCertificate(request: FastifyRequest, certificate: CertificateFacts): Principal {
    if (request.headers.authorization !== undefined) {
      throw badRequest('a client certificate and an Authorization header are two credentials');
    }
    if (isSuperseded(request.raw.socket)) {
      throw new SallyportError(
        'Unavailable',
        'the client authorities have changed: connect again',
        {
          headers: { 'retry-after': '1', connection: 'close' },
        },
      );
    }
    const nowMs = this.#clock.nowMs();
    const known = this.#certified.get(certificate);
    if (known !== undefined && nowMs < certificate.notAfterMs) return known;
    try {
      const principal = principalFromCertificate(certificate, nowMs);
      this.#certified.set(certificate, principal);
      return principal;
    } catch (error) {
      if (error instanceof IdentityRefused) throw unauthenticated(error);
      throw error;
    }
  }
}

interface Shown {
  readonly authorization: string;
  readonly key: string;
}

/**
 * Principals of tokens that were verified before, while their verifiers say that nothing has
 * changed since. Tokens are stored as digests; only an open connection retains its last header.
 */
export class VerifiedTokens {
  readonly #clock: Clock;
  readonly #kept = new RecentMap<string, Verified>({
    entriesMax: reuseLimits.verifiedTokensMax,
    keptMs: reuseLimits.verifiedTokenKeptMs,
  });
  readonly #shown = new WeakMap<Socket, Shown>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the owner of a token; undefined if the token has to be verified. */
  find(socket: Socket, authorization: string): Principal | undefined {
    const kept = this.#kept.get(this.#keyOf(socket, authorization));
    return kept?.isCurrent?.() === true ? kept.principal : undefined;
  }

  keep(socket: Socket, authorization: string, verified: Verified): void {
    if (verified.isCurrent === undefined) return;
    this.#kept.set(this.#keyOf(socket, authorization), verified, this.#clock.monotonicMs());
  }

  /** Returns the key; a connection nearly always sends one token with each of its requests. */
  #keyOf(socket: Socket, authorization: string): string {
    const shown = this.#shown.get(socket);
    if (shown?.authorization === authorization) return shown.key;
    const key = hash('sha256', authorization, 'base64');
    this.#shown.set(socket, { authorization, key });
    return key;
  }
}

function identityOf({ username, uid, groups }: Principal): string {
  return JSON.stringify([username, uid, groups]);
}

function isUnauthenticated(error: unknown): boolean {
  return error instanceof SallyportError && error.code === 'Unauthenticated';
}
