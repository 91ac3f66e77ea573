import { Context, Query, Resolver } from '@nestjs/graphql';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { SealingService } from '../sealing.service.js';
import { SealingCertificateObject } from './sealing.objects.js';

/** Resolver of the certificate for sealed values: translates, decides nothing. */
@Resolver()
export class SealingResolver {
  readonly #sealing: SealingService;

  constructor(sealing: SealingService) {
    this.#sealing = sealing;
  }

  @Query(() => SealingCertificateObject, {
    nullable: true,
    description: 'The certificate with which `kubeseal` encrypts values for this gateway.',
  })
  async sealingCertificate(@Context() context: GraphqlContext) {
    const { pem, createdMs } = await asPart(context, { action: 'sealing.get' }, (ctx) =>
      this.#sealing.certificate(ctx),
    );
    return { pem, createdAt: new Date(createdMs).toISOString() };
  }
}
