import { Controller, Get, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../../auth/public.decorator.js';
import { Readiness } from './readiness.js';

const TEXT = 'text/plain; charset=utf-8';

/**
 * Probes on the main listener: the bare word, without a token. Not ready is not an error here,
 * because errors are audited and probes are frequent.
 */
@Controller()
export class MainHealthController {
  readonly #readiness: Readiness;

  constructor(readiness: Readiness) {
    this.#readiness = readiness;
  }

  @Public()
  @Get('livez')
  @Header('content-type', TEXT)
  livez(): string {
    return 'ok';
  }

  @Public()
  @Get('readyz')
  async readyz(@Res() reply: FastifyReply): Promise<void> {
    const isReady = await this.#readiness.isReady();
    await reply
      .status(isReady ? 200 : 503)
      .type(TEXT)
      .send(isReady ? 'ok' : 'not ready');
  }
}
