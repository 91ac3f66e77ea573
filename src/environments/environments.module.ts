import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SharesModule } from '../shares/shares.module.js';
import { EnvironmentDependencies } from './environment.dependencies.js';
import { EnvironmentsService } from './environments.service.js';
import { EnvironmentMutationsResolver } from './graphql/environment-mutations.resolver.js';
import { EnvironmentsResolver } from './graphql/environments.resolver.js';
import { EnvironmentsController } from './rest/environments.controller.js';

/** Values of services, assembled from Secrets, imports and configuration. */
@Module({
  imports: [AccessModule, AuthModule, CallsModule, SecretsModule, SharesModule],
  controllers: [EnvironmentsController],
  providers: [
    EnvironmentDependencies,
    EnvironmentsService,
    EnvironmentsResolver,
    EnvironmentMutationsResolver,
  ],
  exports: [EnvironmentsService],
})
export class EnvironmentsModule {}
