import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from '../app.module.js';
import { limits } from '../core/limits.js';
import type { KubeConfigSource } from '../kubernetes/kube-config-source.js';
import { RightsProbe } from '../kubernetes/rights-probe.js';
import type { Config } from '../platform/config/config.schema.js';
import { createHealthApp } from '../platform/health/health-app.js';
import { Readiness } from '../platform/health/readiness.js';
import { AnswerAdapter } from '../platform/http/answer.adapter.js';
import { TrustedProxies } from '../platform/http/domain/source-address.js';
import { EarlyRefusals } from '../platform/http/early-refusals.js';
import { createFastify } from '../platform/http/fastify-instance.js';
import { RefusalRecorder } from '../platform/http/refusal-recorder.js';
import { modeHeader } from '../platform/http/sandbox-mode-header.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { Shutdown } from '../platform/lifecycle/shutdown.js';
import { Upkeep } from '../platform/lifecycle/upkeep.js';
import { AppLogger, type AppLoggerOptions } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { IntentRecovery } from '../secrets/write/intent-recovery.service.js';
import { GatewayListeners } from './gateway-listeners.js';
import { healthFacts } from './health-facts.js';
import { addRequestHooks } from './request-hooks.js';
import { addTransports } from './transports.js';

export interface Gateway {
  readonly app: NestFastifyApplication;
  readonly health: NestFastifyApplication;
  readonly fastify: FastifyInstance;
  /**
   * Binds the main listener, and the TLS one where configured; resolves with their URLs. If one
   * cannot be bound, the gateway stops.
   */
  listen(): Promise<readonly string[]>;
  /** Reads certificate and key again; connections that are open keep the old ones. */
  renewCertificate(): void;
  /** In-flight requests end, the audit log is flushed, the database is closed. */
  stop(): Promise<void>;
}

/**
 * The whole gateway, ready to listen: used by main and by every end-to-end test. What was opened is
 * closed again if the start fails. `sandbox`: how to reach the one that is running, needed in that
 * mode.
 */
export async function createGateway(
  config: Config,
  log: AppLoggerOptions = { level: config.log.level },
  sandbox?: KubeConfigSource,
): Promise<Gateway> {
  const resources = new Resources();
  try {
    return await openGateway(config, { logger: new AppLogger(log), resources, sandbox });
  } catch (error) {
    await resources.close().catch(() => undefined);
    throw error;
  }
}

interface GatewayParts {
  readonly logger: AppLogger;
  readonly resources: Resources;
  readonly sandbox: KubeConfigSource | undefined;
}

async function openGateway(
  config: Config,
  { logger, resources, sandbox }: GatewayParts,
): Promise<Gateway> {
  const mode = modeHeader(config.kubernetes.mode);
  const refusals = new EarlyRefusals();
  const edge = { proxies: new TrustedProxies(config.listen.trustedProxies), refusals };
  const fastify = createFastify(mode, edge);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with({ config, logger, resources }, sandbox),
    new AnswerAdapter(fastify),
    { bodyParser: false, logger: logger.forNest(), abortOnError: false },
  );
  refusals.connect(app.get(RefusalRecorder, { strict: false }));
  const routes = addRequestHooks(fastify, app, config);
  await app.init();
  addTransports(fastify, app, routes.operations);
  routes.refuseOtherMethods();
  await fastify.ready();
  const readiness = app.get(Readiness);
  const health = await createHealthApp({
    readiness,
    logger,
    mode,
    metrics: app.get(Metrics),
    facts: () => healthFacts(config, app),
  });
  await app.get(RightsProbe, { strict: false }).firstLook(limits.rightsFirstVerdictMsMax);
  const listeners = new GatewayListeners({ config, app, health, fastify, mode, edge });
  return running({ app, health, fastify, listeners, resources });
}

interface Running extends Pick<Gateway, 'app' | 'health' | 'fastify'> {
  readonly listeners: GatewayListeners;
  readonly resources: Resources;
}

function running({ app, health, fastify, listeners, resources }: Running): Gateway {
  const upkeep = app.get(Upkeep);
  const shutdown = app.get(Shutdown);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    app.get(Readiness).markStopping();
    shutdown.begin();
    // Calls in flight end by themselves; only those that do not are ended.
    const deadline = setTimeout(() => {
      shutdown.force();
      listeners.closeAllConnections();
    }, limits.shutdownMsMax);
    upkeep.stop();
    await listeners.close();
    clearTimeout(deadline);
    try {
      await resources.close();
    } finally {
      await health.close();
    }
  };
  const stopOnce = (): Promise<void> => (stopped ??= stop());
  return {
    app,
    health,
    fastify,
    async listen() {
      try {
        // Intents that a crash left open are concluded before the first request, if they can be.
        await app.get(IntentRecovery, { strict: false }).run();
        upkeep.start();
        return await listeners.listen();
      } catch (error) {
        await stopOnce().catch(() => undefined);
        throw error;
      }
    },
    renewCertificate: () => listeners.renewCertificate(),
    stop: stopOnce,
  };
}
