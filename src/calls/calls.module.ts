import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CallRunner } from './call-runner.service.js';
import { RecordedTransactions } from './domain/recorded-transactions.js';

/** The pipeline of every call. */
@Module({
  imports: [AuditModule],
  providers: [CallRunner, { provide: RecordedTransactions, useExisting: CallRunner }],
  exports: [CallRunner, RecordedTransactions],
})
export class CallsModule {}
