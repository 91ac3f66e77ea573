import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { GatewayAddress } from '../kubectl/gateway-address.js';
import type { Config } from '../platform/config/config.schema.js';
import { BoundedConnections } from '../platform/http/bounded-connections.js';
import {
  type EdgeOptions,
  listenerOptions,
  parserErrorAnswer,
} from '../platform/http/fastify-instance.js';
import type { ModeHeader } from '../platform/http/sandbox-mode-header.js';
import { type TlsFiles, TlsListener } from '../platform/http/tls-listener.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';

export interface GatewayListenersDependencies {
  readonly config: Config;
  readonly app: NestFastifyApplication;
  readonly health: NestFastifyApplication;
  readonly fastify: FastifyInstance;
  readonly mode: ModeHeader;
  readonly edge: EdgeOptions;
}

/** The listeners of the gateway: health, plain HTTP, TLS. */
export class GatewayListeners {
  readonly #parts: GatewayListenersDependencies;
  #secure: TlsListener | undefined;

  constructor(parts: GatewayListenersDependencies) {
    this.#parts = parts;
  }

  /** Binds all of them; resolves with the URLs of the main ones. */
  async listen(): Promise<readonly string[]> {
    const { config, app, health, fastify } = this.#parts;
    await health.listen(config.health.port, config.health.host);
    const connections = this.#boundedConnections();
    connections.bound(fastify.server);
    const { host, port, tls } = config.listen;
    // Where TLS is configured, plain HTTP stays on loopback.
    await app.listen(port, tls ? '127.0.0.1' : host);
    const plain = (await app.getUrl()).replace('[::1]', '127.0.0.1');
    if (!tls) return [plain];
    this.#secure = this.#tlsListener(tls, connections);
    const url = await this.#secure.listen(host, tls.port);
    app.get(GatewayAddress, { strict: false }).listensAt(url);
    return [plain, url];
  }

  /** Reads certificate and key again; connections that are open keep the old ones. */
  renewCertificate(): void {
    this.#secure?.reload();
  }

  closeAllConnections(): void {
    this.#parts.fastify.server.closeAllConnections();
    this.#secure?.closeAllConnections();
  }

  /** Resolves once all requests have ended; the health listener stays. */
  async close(): Promise<void> {
    await Promise.all([this.#secure?.close(), this.#parts.app.close()]);
  }

  #boundedConnections(): BoundedConnections {
    const { config, edge, app } = this.#parts;
    const metrics = app.get(Metrics);
    const connections = new BoundedConnections({
      connectionsMax: config.listen.maxConnections,
      ...(edge.proxies && { proxies: edge.proxies }),
      onClosed: (reason) => metrics.connectionClosed(reason),
    });
    metrics.watchConnections(() => connections.counts);
    return connections;
  }

  /** Listener with TLS; requests, hooks and limits are the same. */
  #tlsListener(files: TlsFiles, connections: BoundedConnections): TlsListener {
    const { fastify, mode, edge, app } = this.#parts;
    const logger = app.get(AppLogger);
    return new TlsListener({
      setting: 'listen.tls',
      files,
      server: listenerOptions(mode),
      onRequest: (request, response) => {
        fastify.routing(request, response);
      },
      onParserError: parserErrorAnswer(mode, edge),
      onAlarm: (message) => logger.alarm(message),
      connections,
    });
  }
}
