import type { FactoryProvider, Provider } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { BearerCredential } from '../kubernetes/bearer-credential.js';
import { CallerCredentials } from '../kubernetes/caller-credentials.js';
import { KubeConnection } from '../kubernetes/kube-connection.js';
import { passesForAudience } from '../kubernetes/own-token-review.js';
import { SelfKubeClient } from '../kubernetes/self-kube.client.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { RequestLimits } from '../platform/http/request-limits.js';
import { RequestLifetimes } from '../platform/http/request-lifetimes.js';
import { Shutdown } from '../platform/lifecycle/shutdown.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { TokenVerification } from '../tokens/token-verification.js';
import { AudienceCheck } from './audience-check.js';
import { Authenticator } from './authenticator.js';
import { CredentialLifetimes } from './credential-lifetimes.service.js';
import { ClusterKeys } from './domain/cluster-keys.js';
import { ActiveRequestLifetimes } from './active-request-lifetimes.js';
import { OidcIssuers } from './oidc-issuers.js';
import { RequestAuthentication } from './request-authentication.js';
import { SallyportTokenVerifier } from './sallyport-token.verifier.js';
import { ServiceAccountSignature } from './service-account-signature.js';
import { ServiceAccountVerifier } from './service-account.verifier.js';
import { TokenReviewCache } from './token-review-cache.js';
import { TokenReviewer } from './token-reviewer.js';

const signature: FactoryProvider<ServiceAccountSignature> = {
  provide: ServiceAccountSignature,
  inject: [CONFIG, ClusterKeys, Clock, AppLogger],
  useFactory: ({ kubernetes }: Config, keys: ClusterKeys, clock: Clock, logger: AppLogger) => {
    const onAlarm = (message: string): void => logger.alarm(message);
    return new ServiceAccountSignature({ keys, audience: kubernetes.audience, clock, onAlarm });
  },
};

const audienceCheck: FactoryProvider<AudienceCheck> = {
  provide: AudienceCheck,
  inject: [CONFIG, KubeConnection, SelfKubeClient, AppLogger],
  useFactory: (
    { kubernetes }: Config,
    connection: KubeConnection,
    self: SelfKubeClient,
    logger: AppLogger,
  ) => {
    const { audience } = kubernetes;
    const alarm = `the API server itself takes audience ${audience}: every token passes here`;
    return new AudienceCheck(
      () => passesForAudience(connection, self, audience),
      () => logger.alarm(alarm),
    );
  },
};

const serviceAccounts: FactoryProvider<ServiceAccountVerifier> = {
  provide: ServiceAccountVerifier,
  inject: [CONFIG, TokenReviewer, ServiceAccountSignature, Clock],
  useFactory: (
    { kubernetes }: Config,
    reviewer: TokenReviewer,
    checked: ServiceAccountSignature,
    clock: Clock,
  ) => {
    if (kubernetes.access === 'passthrough') return new ServiceAccountVerifier(reviewer);
    const reviews = new TokenReviewCache(reviewer, clock);
    return new ServiceAccountVerifier({
      audience: kubernetes.audience,
      signature: checked,
      reviews,
    });
  },
};

const sallyportTokens: FactoryProvider<SallyportTokenVerifier> = {
  provide: SallyportTokenVerifier,
  inject: [TokenVerification],
  useFactory: (verification: TokenVerification) => new SallyportTokenVerifier(verification),
};

const authenticator: FactoryProvider<Authenticator> = {
  provide: Authenticator,
  inject: [CONFIG, SallyportTokenVerifier, OidcIssuers, ServiceAccountVerifier, CallerCredentials],
  useFactory: (
    { kubernetes }: Config,
    own: SallyportTokenVerifier,
    { verifier }: OidcIssuers,
    cluster: ServiceAccountVerifier,
    credentials: CallerCredentials,
  ) => {
    if (kubernetes.access !== 'passthrough') return new Authenticator([own, verifier, cluster]);
    return new Authenticator([cluster], (principal, token) => {
      const credential = new BearerCredential(token.reveal().toString('ascii'));
      credentials.remember(principal, credential);
    });
  },
};

const requestAuthentication: FactoryProvider<RequestAuthentication> = {
  provide: RequestAuthentication,
  inject: [Authenticator, RequestLimits, Clock],
  useFactory: (by: Authenticator, limits: RequestLimits, clock: Clock) =>
    new RequestAuthentication({ authenticator: by, limits, clock }),
};

const credentialTerms: FactoryProvider<CredentialLifetimes> = {
  provide: CredentialLifetimes,
  inject: [RequestAuthentication, Clock, TokenVerification],
  useFactory: (
    authentication: RequestAuthentication,
    clock: Clock,
    verification: TokenVerification,
  ) => new CredentialLifetimes(authentication, clock, verification),
};

const requestTerms: FactoryProvider<RequestLifetimes> = {
  provide: RequestLifetimes,
  inject: [CredentialLifetimes, Shutdown],
  useFactory: (credentials: CredentialLifetimes, shutdown: Shutdown) =>
    new ActiveRequestLifetimes(credentials, shutdown.begun),
};

export const authProviders: Provider[] = [
  signature,
  audienceCheck,
  serviceAccounts,
  sallyportTokens,
  authenticator,
  requestAuthentication,
  credentialTerms,
  requestTerms,
];
