import { createServer, type Server as HttpsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import { addAuthenticationHook } from './auth/authenticate.hook.js';
import type { Config } from './config/config.schema.js';
import type { TlsListener } from './config/mode-defaults.js';
import { toSallyportError } from './core/errors/sallyport-error.js';
import { limits } from './core/limits.js';
import { createHealthApp } from './health/health-app.js';
import { createFastify, listenerOptions, parserErrorAnswer } from './http/fastify-instance.js';
import { addGraphqlRoute } from './graphql/graphql.route.js';
import { refusalRecorder } from './graphql/record-refusal.js';
import type { SchemaDriver } from './graphql/schema.driver.js';
import { collectMethods } from './http/method-not-allowed.js';
import { type ModeHeader, modeHeader } from './http/sandbox-mode-header.js';
import { type Infrastructure, openInfrastructure } from './infrastructure.js';
import type { KubeConfigSource } from './kubernetes/kube-config-source.js';
import { addOpenApiRoutes } from './openapi/openapi.routes.js';
import { AppLogger, type AppLoggerOptions } from './telemetry/app-logger.js';
import { Metrics } from './telemetry/metrics.js';
import { addTelemetryHooks } from './telemetry/request-hooks.js';
import type { Tracer } from './telemetry/tracer.js';
import { createTracer } from './telemetry/tracing.js';
import { version } from './version.js';

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
  metrics.watchAuditQueue(() => infrastructure.auditWriter.queueDepth);
  const stopping = new AbortController();
  const mode = modeHeader(config.kubernetes.mode);
  const fastify = createFastify(mode);
  addTelemetryHooks(fastify, { logger, metrics, tracer });
  addAuthenticationHook(fastify, infrastructure.authenticator, stopping.signal);
  const refuseOtherMethods = collectMethods(fastify);
  addOpenApiRoutes(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(config, infrastructure),
    new FastifyAdapter(fastify),
    { bodyParser: false, logger: logger.forNest(), abortOnError: false },
  );
  await app.init();
  // After Nest has set the error handler: a route knows only the one that was there before it.
  let schemas: SchemaDriver | undefined;
  addGraphqlRoute(fastify, {
    schema: () => {
      schemas ??= app.get(GraphQLModule, { strict: false }).graphQlAdapter as SchemaDriver;
      return schemas.schema;
    },
    introspection: config.graphql.introspection,
    recordRefusal: refusalRecorder(infrastructure.audit),
    onError: (error, requestId) => {
      const known = toSallyportError(error);
      if (known.status >= 500) logger.failed(known, requestId);
      if (known.status === 403) metrics.denied(known.code);
    },
  });
  refuseOtherMethods();
  await fastify.ready();
  const { readiness } = infrastructure;
  const facts = () => ({
    mode: config.kubernetes.mode,
    access: config.kubernetes.access,
    scope: config.namespaces.scope,
  });
  const health = await createHealthApp({ readiness, metrics, facts, logger, mode });
  return gatewayOf({ config, app, health, fastify, infrastructure, tracer, stopping, mode });
}

interface Parts {
  readonly config: Config;
  readonly app: NestFastifyApplication;
  readonly health: NestFastifyApplication;
  readonly fastify: FastifyInstance;
  readonly infrastructure: Infrastructure;
  readonly tracer: Tracer;
  readonly stopping: AbortController;
  readonly mode: ModeHeader;
}

function gatewayOf(parts: Parts): Gateway {
  const { app, health, fastify, infrastructure, tracer, stopping } = parts;
  let tlsServer: HttpsServer | undefined;
  let upkeep: NodeJS.Timeout | undefined;
  return {
    app,
    health,
    fastify,
    infrastructure,
    async listen() {
      await infrastructure.resolveOpenIntents();
      upkeep = setInterval(() => void infrastructure.keepUp(), limits.upkeepMs).unref();
      const { host, port } = parts.config.health;
      await health.listen(port, host);
      const urls = await listenPlain(parts);
      const { tls } = parts.config.listen;
      if (!tls) return urls;
      tlsServer = createTlsServer(tls, parts);
      return [...urls, await listenTls(tlsServer, parts.config.listen.host, tls.port)];
    },
    renewCertificate() {
      const { tls } = parts.config.listen;
      if (tls) tlsServer?.setSecureContext(tlsOptions(tls));
    },
    async stop() {
      infrastructure.readiness.markStopping();
      // Calls in flight end by themselves; only those that do not are ended.
      const deadline = setTimeout(() => {
        stopping.abort();
        fastify.server.closeAllConnections();
        tlsServer?.closeAllConnections();
      }, limits.shutdownMsMax);
      clearInterval(upkeep);
      await Promise.all([closed(tlsServer), app.close()]);
      clearTimeout(deadline);
      await infrastructure.close();
      await tracer.close(limits.tracerCloseMsMax);
      await health.close();
    },
  };
}

/** The second listener: the same requests, hooks and bounds behind TLS. */
function createTlsServer(tls: TlsListener, { fastify, mode }: Parts): HttpsServer {
  const options = { ...listenerOptions(mode), ...tlsOptions(tls) };
  const server = createServer(options, (request, response) => {
    fastify.routing(request, response);
  });
  server.on('clientError', parserErrorAnswer(mode));
  return server;
}

function tlsOptions({ cert, key }: TlsListener) {
  return { cert: readFileSync(cert), key: readFileSync(key), minVersion: 'TLSv1.2' } as const;
}

/** Resolves once the requests in flight have ended. */
function closed(server: HttpsServer | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!server) return void resolve();
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Where TLS is configured, plain HTTP stays on loopback. */
async function listenPlain({ config, app }: Parts): Promise<string[]> {
  const { host, port, tls } = config.listen;
  await app.listen(port, tls ? '127.0.0.1' : host);
  return [(await app.getUrl()).replace('[::1]', '127.0.0.1')];
}

function listenTls(server: HttpsServer, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address ? address.port : port;
      resolve(`https://${host}:${bound}`);
    });
  });
}
