import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { SecretCacheModule } from '../secrets/cache/secret-cache.module.js';
import { ConsumersService } from './consumers.service.js';
import { SecretConsumersResolver } from './graphql/consumers.resolver.js';
import { ConsumersController } from './rest/consumers.controller.js';

/** Module of consumers of Secrets, and of restarts of workloads. */
@Module({
  imports: [AccessModule, AuditModule, CallsModule, SecretCacheModule],
  controllers: [ConsumersController],
  providers: [ConsumersService, SecretConsumersResolver],
  exports: [ConsumersService],
})
export class ConsumersModule {}
