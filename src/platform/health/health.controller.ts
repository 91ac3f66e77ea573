import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Metrics } from '../telemetry/metrics.js';
import { HealthService } from './health.service.js';

const TEXT = 'text/plain; charset=utf-8';

/** Probes and metrics on the second listener, which needs no token and exposes no secret. */
@Controller()
export class HealthController {
  readonly #health: HealthService;
  readonly #metrics: Metrics;

  constructor(health: HealthService, metrics: Metrics) {
    this.#health = health;
    this.#metrics = metrics;
  }

  /** Responds whenever the process can: a fault that a restart cannot fix must not cause one. */
  @Get(['livez', 'healthz'])
  async livez(@Res() reply: FastifyReply): Promise<void> {
    await reply.type(TEXT).send('ok');
  }

  @Get('readyz')
  async readyz(@Query('verbose') verbose: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { status, text } = await this.#health.readyz(verbose !== undefined);
    await reply.status(status).type(TEXT).send(text);
  }

  @Get('metrics')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    await reply.type(this.#metrics.contentType).send(await this.#metrics.render());
  }
}
