import type { CredentialVerifier } from './auth/credential-verifier.js';
import { OidcIssuers } from './auth/oidc-issuers.js';
import { ServiceAccountSignature } from './auth/service-account-signature.js';
import { ServiceAccountVerifier } from './auth/service-account.verifier.js';
import { TokenReviewCache } from './auth/token-review-cache.js';
import type { Config } from './platform/config/config.schema.js';
import type { Clock } from './core/clock.js';
import { KubeClusterKeys } from './kubernetes/kube-cluster-keys.js';
import type { KubeConnection } from './kubernetes/kube-connection.js';
import { KubeTokenReviewer } from './kubernetes/kube-token-reviewer.js';
import { passesForAudience } from './kubernetes/own-token-review.js';
import type { SelfKubeClient } from './kubernetes/self-kube.client.js';
import type { AppLogger } from './platform/telemetry/app-logger.js';

export interface AuthenticationParts {
  readonly self: SelfKubeClient;
  readonly connection: KubeConnection;
  readonly clock: Clock;
  readonly logger: AppLogger;
}

/** The tokens that the gateway takes from others, and what must be looked after for them. */
export interface Authentication {
  readonly verifiers: readonly CredentialVerifier[];
  /** What an operator should know, by check, in words without names. */
  warnings(): Readonly<Record<string, string>>;
  /** Asks once whether the audience tells tokens apart; again where there was no answer. */
  keepUp(): Promise<void>;
  close(): void;
}

/** Throws AuthenticationConfigError where the configured issuers cannot be used. */
export async function openAuthentication(
  { kubernetes, auth }: Config,
  { self, connection, clock, logger }: AuthenticationParts,
): Promise<Authentication> {
  const reviewer = new KubeTokenReviewer(self);
  if (kubernetes.access === 'passthrough') {
    return {
      verifiers: [new ServiceAccountVerifier(reviewer)],
      warnings: () => ({}),
      keepUp: () => Promise.resolve(),
      close: () => undefined,
    };
  }
  const onAlarm = (message: string): void => {
    logger.alarm(message);
  };
  const issuers = await OidcIssuers.open(auth, clock, {
    alarm: onAlarm,
    reloaded: (refusal) => {
      logger.authenticationReloaded(refusal);
    },
  });
  const { audience } = kubernetes;
  const keys = new KubeClusterKeys(self);
  const signature = new ServiceAccountSignature({ keys, audience, clock, onAlarm });
  const reviews = new TokenReviewCache(reviewer, clock);
  const audienceCheck = new AudienceCheck(
    () => passesForAudience(connection, self, audience),
    () => onAlarm(`the API server itself takes audience ${audience}: every token passes here`),
  );
  issuers.start();
  signature.start();
  void audienceCheck.ask();
  return {
    verifiers: [issuers.verifier, new ServiceAccountVerifier({ audience, signature, reviews })],
    warnings: () => warningsOf(issuers, signature, audienceCheck),
    keepUp: () => audienceCheck.ask(),
    close() {
      issuers.close();
      signature.close();
    },
  };
}

function warningsOf(
  { isCurrent }: OidcIssuers,
  { isPublished }: ServiceAccountSignature,
  { passes }: AudienceCheck,
): Readonly<Record<string, string>> {
  return {
    ...(isCurrent ? {} : { authentication: 'the file is broken, the one before is used' }),
    ...(isPublished ? {} : { tokens: 'the API server publishes no keys to check them with' }),
    ...(passes ? { audience: 'the API server takes it for its own tokens' } : {}),
  };
}

/** Asked until there is an answer, which then holds: the API server's flags need a restart. */
class AudienceCheck {
  readonly #ask: () => Promise<boolean>;
  readonly #onPass: () => void;
  #answer: boolean | undefined;

  constructor(ask: () => Promise<boolean>, onPass: () => void) {
    this.#ask = ask;
    this.#onPass = onPass;
  }

  get passes(): boolean {
    return this.#answer === true;
  }

  async ask(): Promise<void> {
    if (this.#answer !== undefined) return;
    this.#answer = await this.#ask().catch(() => undefined);
    if (this.#answer) this.#onPass();
  }
}
