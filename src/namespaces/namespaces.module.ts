import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { NamespacesResolver } from './graphql/namespaces.resolver.js';
import { NamespacesService } from './namespaces.service.js';
import { NamespacesController } from './rest/namespaces.controller.js';

@Module({
  imports: [AccessModule, AuditModule, CallsModule],
  controllers: [NamespacesController],
  providers: [NamespacesService, NamespacesResolver],
  exports: [NamespacesService],
})
export class NamespacesModule {}
