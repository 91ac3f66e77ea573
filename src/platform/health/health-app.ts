import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { limits } from '../../core/limits.js';
import { BoundedConnections } from '../http/bounded-connections.js';
import type { ModeHeader } from '../http/sandbox-mode-header.js';
import type { AppLogger } from '../telemetry/app-logger.js';
import { HealthModule, type HealthModuleOptions } from './health.module.js';

const REQUEST_TIMEOUT_MS = 5_000;
const BODY_BYTES_MAX = 1_024;

export interface HealthAppOptions extends HealthModuleOptions {
  readonly logger: AppLogger;
  readonly mode?: ModeHeader;
}

/** Returns an application that is ready to listen. Stop it last, so that probes see the stop. */
export async function createHealthApp({
  logger,
  mode,
  ...options
}: HealthAppOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    http: { ...mode?.serverOptions },
  });
  // Accepting a connection may fail at any time, e.g. if descriptors run out.
  adapter.getInstance().server.on('error', () => undefined);
  // Clients that send nothing must not exclude probes.
  const connections = new BoundedConnections({ connectionsMax: limits.healthConnectionsMax });
  connections.bound(adapter.getInstance().server);
  return NestFactory.create<NestFastifyApplication>(HealthModule.forRoot(options), adapter, {
    logger: logger.forNest(),
    abortOnError: false,
  });
}
