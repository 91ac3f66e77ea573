import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CallRunner } from './call-runner.service.js';

/** The pipeline of every call. */
@Module({ imports: [AuditModule], providers: [CallRunner], exports: [CallRunner] })
export class CallsModule {}
