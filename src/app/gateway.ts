import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from '../app.module.js';
import { ingestKubernetesEvents } from '../audit/ingest/ingest.operations.js';
import { addAuthenticationHook } from '../auth/authenticate.hook.js';
import { CredentialTerms } from '../auth/credential-terms.js';
import { HeldRequests } from '../auth/held-requests.js';
import { RequestAuthentication } from '../auth/request-authentication.js';
import type { Config } from '../platform/config/config.schema.js';
import { limits as bounds } from '../core/limits.js';
import { createHealthApp } from '../platform/health/health-app.js';
import type { HealthFacts } from '../platform/health/verbose-report.js';
import { type BodyAdmission, admitBodies } from '../platform/http/admit-bodies.hook.js';
import { BoundedConnections } from '../platform/http/bounded-connections.js';
import {
  type EdgeOptions,
  createFastify,
  listenerOptions,
  parserErrorAnswer,
} from '../platform/http/fastify-instance.js';
import { TrustedProxies } from '../platform/http/domain/source-address.js';
import { collectMethods } from '../platform/http/method-not-allowed.js';
import { boundAnswers } from '../platform/http/bound-answers.js';
import { refuseBeyond } from '../platform/http/refuse-beyond.hook.js';
import { refuseWhile } from '../platform/http/refuse-while.hook.js';
import { type ModeHeader, modeHeader } from '../platform/http/sandbox-mode-header.js';
import { type TlsFiles, TlsListener } from '../platform/http/tls-listener.js';
import { AnswerAdapter } from '../platform/http/answer.adapter.js';
import { type Infrastructure, openInfrastructure } from '../infrastructure.js';
import { GatewayAddress } from '../kubectl/gateway-address.js';
import type { KubeConfigSource } from '../kubernetes/kube-config-source.js';
import { addDoors } from './transports.js';
import { collectOperations } from '../platform/openapi/openapi.routes.js';
import { AppLogger, type AppLoggerOptions } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { addTelemetryHooks } from '../platform/telemetry/request-hooks.js';
import type { Tracer } from '../platform/telemetry/tracer.js';
import { createTracer } from '../platform/telemetry/tracing.js';
import { version } from '../core/version.js';

export interface Gateway {
  readonly app: NestFastifyApplication;
  readonly health: NestFastifyApplication;
  readonly fastify: FastifyInstance;
  readonly infrastructure: Infrastructure;
  /** Binds the main listener, and the TLS one where configured; resolves with their URLs. */
  listen(): Promise<readonly string[]>;
  /** Reads certificate and key again; connections that are open keep the old ones. */
  renewCertificate(): void;
  /** In-flight requests end, the audit log is flushed, the database is closed. */
  stop(): Promise<void>;
}

/**
 * The whole gateway, ready to listen: used by main and by every end-to-end test. `sandbox`: how to
 * reach the one that is running, needed in that mode.
 */
export async function createGateway(
  config: Config,
  log: AppLoggerOptions = { level: config.log.level },
  sandbox?: KubeConfigSource,
): Promise<Gateway> {
  const logger = new AppLogger(log);
  const metrics = new Metrics();
  const tracer = await createTracer({ ...config.tracing, version });
  const infrastructure = await openInfrastructure(config, { logger, metrics, tracer }, sandbox);
  watchAudit(metrics, infrastructure);
  const stopping = new AbortController();
  const leaving = new AbortController();
  const mode = modeHeader(config.kubernetes.mode);
  const edge = edgeOf(config, infrastructure);
  const fastify = createFastify(mode, edge);
  addTelemetryHooks(fastify, { logger, metrics, tracer });
  refuseWhile(fastify, () => infrastructure.auditOutlets.guard.refusal);
  const { authenticator, requestLimits: limits, clock, tokens } = infrastructure;
  const authentication = new RequestAuthentication({ authenticator, limits, clock });
  const credentials = new CredentialTerms(authentication, clock, tokens);
  const terms = new HeldRequests(credentials, leaving.signal);
  const { impersonation } = config.kubectl;
  const hookParts = { authentication, limits, impersonation };
  addAuthenticationHook(fastify, hookParts, stopping.signal);
  boundAnswers(fastify, limits);
  admitBodies(fastify, admissionsOf(infrastructure));
  refuseBeyond(fastify);
  const refuseOtherMethods = collectMethods(fastify);
  const operations = collectOperations(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(config, infrastructure, terms),
    new AnswerAdapter(fastify),
    { bodyParser: false, logger: logger.forNest(), abortOnError: false },
  );
  await app.init();
  addDoors(fastify, config, {
    ...{ app, infrastructure, authentication, logger, metrics, operations },
    leaving: leaving.signal,
  });
  refuseOtherMethods();
  await fastify.ready();
  const { readiness } = infrastructure;
  const facts = () => healthFacts(config, infrastructure);
  const health = await createHealthApp({ readiness, metrics, facts, logger, mode });
  infrastructure.start();
  await infrastructure.rightsProbe.firstLook(bounds.rightsFirstVerdictMsMax);
  const ends = { stopping, leaving };
  return gatewayOf({ config, app, health, fastify, infrastructure, tracer, mode, edge, ...ends });
}

function admissionsOf({ reportIntake }: Infrastructure): ReadonlyMap<string, BodyAdmission> {
  return new Map([[ingestKubernetesEvents.id, (principal) => reportIntake.admit(principal)]]);
}

function watchAudit(metrics: Metrics, { auditWriter, auditOutlets }: Infrastructure): void {
  metrics.watchAuditQueue(() => auditWriter.queueDepth);
  metrics.watchAuditSinks(() => auditOutlets.sinks.states);
}

/** What `/readyz?verbose` shows beside the checks. */
function healthFacts(config: Config, infrastructure: Infrastructure): HealthFacts {
  return {
    mode: config.kubernetes.mode,
    access: config.kubernetes.access,
    scope: config.namespaces.scope,
    profile: infrastructure.rightsProbe.verdict?.profile ?? 'not known yet',
    rbacWatch: infrastructure.rbacWatch.isLive() ? 'live' : 'lost',
    foreignAuthorizers: infrastructure.decisions.foreignAuthorizers ? 'seen' : 'none seen',
    reads: infrastructure.secretCache.reads,
  };
}

interface Parts {
  readonly config: Config;
  readonly app: NestFastifyApplication;
  readonly health: NestFastifyApplication;
  readonly fastify: FastifyInstance;
  readonly infrastructure: Infrastructure;
  readonly tracer: Tracer;
  readonly stopping: AbortController;
  /** Streams end at once; other calls may still end by themselves. */
  readonly leaving: AbortController;
  readonly mode: ModeHeader;
  readonly edge: EdgeOptions;
}

function edgeOf({ listen }: Config, { refusals }: Infrastructure): EdgeOptions {
  return { proxies: new TrustedProxies(listen.trustedProxies), refusals };
}

function gatewayOf(parts: Parts): Gateway {
  const { app, health, fastify, infrastructure, tracer, stopping, leaving } = parts;
  let secure: TlsListener | undefined;
  let upkeep: NodeJS.Timeout | undefined;
  return {
    app,
    health,
    fastify,
    infrastructure,
    async listen() {
      await infrastructure.resolveOpenIntents();
      upkeep = setInterval(() => void infrastructure.keepUp(), bounds.upkeepMs).unref();
      const { host, port } = parts.config.health;
      await health.listen(port, host);
      const connections = boundedConnections(parts);
      connections.bound(fastify.server);
      const urls = await listenPlain(parts);
      const { tls } = parts.config.listen;
      if (!tls) return urls;
      secure = createTlsListener(tls, parts, connections);
      const url = await secure.listen(parts.config.listen.host, tls.port);
      app.get(GatewayAddress, { strict: false }).listensAt(url);
      return [...urls, url];
    },
    renewCertificate() {
      secure?.reload();
    },
    async stop() {
      infrastructure.readiness.markStopping();
      leaving.abort('the gateway stops');
      // Calls in flight end by themselves; only those that do not are ended.
      const deadline = setTimeout(() => {
        stopping.abort();
        fastify.server.closeAllConnections();
        secure?.closeAllConnections();
      }, bounds.shutdownMsMax);
      clearInterval(upkeep);
      await Promise.all([secure?.close(), app.close()]);
      clearTimeout(deadline);
      await infrastructure.close();
      await tracer.close(bounds.tracerCloseMsMax);
      await health.close();
    },
  };
}

/** Those of both listeners. */
function boundedConnections({ config, edge, infrastructure }: Parts): BoundedConnections {
  const { metrics } = infrastructure;
  const connections = new BoundedConnections({
    connectionsMax: config.listen.maxConnections,
    ...(edge.proxies && { proxies: edge.proxies }),
    onClosed: (reason) => metrics.connectionClosed(reason),
  });
  metrics.watchConnections(() => connections.counts);
  return connections;
}

/** The second listener: the same requests, hooks and bounds behind TLS. */
function createTlsListener(
  files: TlsFiles,
  parts: Parts,
  connections: BoundedConnections,
): TlsListener {
  const { fastify, mode, edge, infrastructure } = parts;
  return new TlsListener({
    files,
    server: listenerOptions(mode),
    onRequest: (request, response) => {
      fastify.routing(request, response);
    },
    onParserError: parserErrorAnswer(mode, edge),
    onAlarm: (message) => {
      infrastructure.logger.alarm(message);
    },
    connections,
  });
}

/** Where TLS is configured, plain HTTP stays on loopback. */
async function listenPlain({ config, app }: Parts): Promise<string[]> {
  const { host, port, tls } = config.listen;
  await app.listen(port, tls ? '127.0.0.1' : host);
  return [(await app.getUrl()).replace('[::1]', '127.0.0.1')];
}
