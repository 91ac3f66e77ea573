import { Controller } from '@nestjs/common';
import type { CallContext } from '../../core/call-context.js';
import type { Answer } from '../../platform/http/answer.js';
import { Context, Handles } from '../../platform/http/operation.decorator.js';
import { getSealingCertificate, PEM_TYPE } from '../sealing.operations.js';
import { SealingService } from '../sealing.service.js';

/** Controller of the certificate for sealed values: translates, decides nothing. */
@Controller()
export class SealingController {
  readonly #sealing: SealingService;

  constructor(sealing: SealingService) {
    this.#sealing = sealing;
  }

  @Handles(getSealingCertificate)
  async certificate(@Context() ctx: CallContext): Promise<Answer> {
    const { pem } = await this.#sealing.certificate(ctx);
    return { status: 200, headers: { 'content-type': PEM_TYPE }, body: pem };
  }
}
