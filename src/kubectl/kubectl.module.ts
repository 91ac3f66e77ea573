import { Module } from '@nestjs/common';
import { AccessReviewsModule } from '../access/access-reviews.module.js';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { HttpModule } from '../platform/http/http.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { GatewayAddress } from './gateway-address.js';
import { KubeconfigController } from './kubeconfig.controller.js';
import { KubectlFacade } from './kubectl-facade.service.js';
import { kubectlProviders } from './kubectl.providers.js';
import { KubectlService } from './kubectl.service.js';

/** Kubernetes' API at `/kubernetes`, which Fastify serves without Nest, and kubeconfigs for it. */
@Module({
  imports: [
    AccessModule,
    AccessReviewsModule,
    AuditModule,
    CallsModule,
    AuthModule,
    HttpModule,
    SecretsModule,
  ],
  controllers: [KubeconfigController],
  providers: [...kubectlProviders, KubectlService, KubectlFacade],
  exports: [KubectlFacade, GatewayAddress],
})
export class KubectlModule {}
