import { Module } from '@nestjs/common';
import { RotationMutationsResolver } from './graphql/rotation-mutations.resolver.js';
import {
  RotationRunsResolver,
  SecretRotationResolver,
} from './graphql/rotation-fields.resolver.js';
import { RotationController } from './rest/rotation.controller.js';
import { ROTATION_PARTS, type RotationParts } from './rotation-parts.js';
import { RotationsService } from './rotations.service.js';

/** What it stands on was opened before Nest, with the database and the clients of the cluster. */
@Module({
  controllers: [RotationController],
  providers: [
    SecretRotationResolver,
    RotationRunsResolver,
    RotationMutationsResolver,
    {
      provide: RotationsService,
      inject: [ROTATION_PARTS],
      useFactory: (parts: RotationParts) => new RotationsService(parts),
    },
  ],
})
export class RotationModule {}
