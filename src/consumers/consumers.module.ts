import { Module } from '@nestjs/common';
import { SecretConsumersResolver } from './graphql/consumers.resolver.js';
import { ConsumersController } from './rest/consumers.controller.js';

/** The doors; the service was made before Nest, because background work uses it too. */
@Module({
  controllers: [ConsumersController],
  providers: [SecretConsumersResolver],
})
export class ConsumersModule {}
