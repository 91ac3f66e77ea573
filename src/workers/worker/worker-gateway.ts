import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AuditService } from '../../audit/audit.service.js';
import { RequestAuthentication } from '../../auth/request-authentication.js';
import { openCluster } from '../../cluster.js';
import type { Config } from '../../config/config.schema.js';
import { SystemClock } from '../../core/clock.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { limits as bounds } from '../../core/limits.js';
import { boundAnswers } from '../../http/bound-answers.js';
import { TrustedProxies } from '../../http/domain/source-address.js';
import { BoundedConnections } from '../../http/bounded-connections.js';
import { createFastify, listenerOptions, parserErrorAnswer } from '../../http/fastify-instance.js';
import { RefusalRecorder } from '../../http/refusal-recorder.js';
import { RequestLimits } from '../../http/request-limits.js';
import { modeHeader } from '../../http/sandbox-mode-header.js';
import { upgradeHeadOf } from '../../http/upgrade-requests.js';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import { AppLogger } from '../../telemetry/app-logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import { addTelemetryHooks } from '../../telemetry/request-hooks.js';
import { createTracer } from '../../telemetry/tracing.js';
import { version } from '../../version.js';
import { answerableHere } from '../domain/answerable-here.js';
import type { WorkerStart } from '../messages.js';
import { addAuthenticateOrPass } from './authenticate-or-pass.hook.js';
import { addCachedReadRoutes } from './cached-read.routes.js';
import { EventPasser } from './event-passer.js';
import type { MainLink } from './main-link.js';
import { PassOn } from './pass-on.js';
import { PassedRefusals } from './passed-refusals.js';
import { addWorkerErrors } from './worker-errors.js';
import { WorkerListeners } from './worker-listeners.js';
import { openWorkerReads } from './worker-reads.js';

export type WorkerGateway = Awaited<ReturnType<typeof openWorkerGateway>>;

/** What a worker answers with, ready to listen: a cache of its own, and the main process behind. */
export async function openWorkerGateway(start: WorkerStart, link: MainLink) {
  const { config } = start;
  const telemetry = await telemetryOf(config);
  const { logger, metrics } = telemetry;
  const events = new EventPasser((message) => link.send(message));
  const clock = new SystemClock();
  const onAlarm = (message: string): void => logger.alarm(message);
  const audit = new AuditService(events, nothingToRead, clock, onAlarm, { writers: 'many' });
  const cluster = await openCluster(config, telemetry, sourceOf(start, link));
  const reading = openWorkerReads(config, { cluster, audit, link, logger, metrics });
  const limits = new RequestLimits(config.limits);
  const refusals = new RefusalRecorder(audit, logger, new PassedRefusals(link));
  const mode = modeHeader(config.kubernetes.mode);
  const edge = { proxies: new TrustedProxies(config.listen.trustedProxies), refusals };
  const onParserError = parserErrorAnswer(mode, edge);
  const passOn = new PassOn({
    socketPath: start.socketPath,
    known: () => link.ask('known', undefined),
    onPass: metrics.countPassedOn(),
    refuse: onParserError,
  });
  const authenticator = cluster.authenticatorWith([]);
  const authentication = new RequestAuthentication({ authenticator, limits, clock });
  const stopping = new AbortController();
  const fastify = createFastify(mode, edge);
  addAuthenticateOrPass(fastify, { authentication, events, passOn, stop: stopping.signal });
  boundAnswers(fastify, limits);
  addTelemetryHooks(fastify, telemetry);
  addWorkerErrors(fastify, { refusals, events, passOn });
  addCachedReadRoutes(fastify, reading.reads);
  await fastify.ready();
  const { cache } = reading.secretCache;
  const listeners = new WorkerListeners({
    ...{ listen: config.listen, server: listenerOptions(mode), onParserError, onAlarm },
    connections: connectionsOf(config, edge.proxies, metrics),
    onRequest: hereOrPassedOn(fastify, cache, passOn),
  });
  reading.start();
  return {
    ...{ cache, events, listeners, logger, metrics, history: reading.history },
    /** What is answered ends by itself, until `late`; what was only counted is on record. */
    async stop(late: AbortSignal): Promise<void> {
      await listeners.stop(late);
      stopping.abort();
      await refusals.flush();
      await telemetry.tracer.close(bounds.tracerCloseMsMax);
    },
  };
}

/** The share of one worker: connections are handed out in turn. */
function connectionsOf(
  { listen, workers }: Config,
  proxies: TrustedProxies,
  metrics: Metrics,
): BoundedConnections {
  const connections = new BoundedConnections({
    connectionsMax: Math.ceil(listen.maxConnections / workers),
    proxies,
    onClosed: (reason) => metrics.connectionClosed(reason),
  });
  metrics.watchConnections(() => connections.counts);
  return connections;
}

/** Here is answered what may be and can be; nothing was done for what is passed on. */
function hereOrPassedOn(
  fastify: FastifyInstance,
  cache: Pick<SecretCache, 'isReadable'>,
  passOn: PassOn,
): RequestListener {
  return (request, response) => {
    const read = upgradeHeadOf(request) === undefined ? answerableHere(request) : undefined;
    if (read !== undefined && cache.isReadable(read.namespace, read)) {
      fastify.routing(request, response);
    } else {
      passOn.pass(request, response);
    }
  };
}

async function telemetryOf(config: Config): Promise<Telemetry> {
  return {
    logger: new AppLogger({ level: config.log.level }),
    metrics: new Metrics(),
    tracer: await createTracer({ ...config.tracing, version }),
  };
}

/** The sandbox runs in the main process, which knows how it is reached. */
function sourceOf({ sandbox: server }: WorkerStart, link: MainLink) {
  if (server === undefined) return undefined;
  return { server, read: () => link.ask('material', undefined) };
}

const noTrail = (): Promise<never> => Promise.reject(unavailable('workers read no audit trail'));
const nothingToRead = {
  list: noTrail,
  get: noTrail,
  counts: noTrail,
  openIntents: noTrail,
};
