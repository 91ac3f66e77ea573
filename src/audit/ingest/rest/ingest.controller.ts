import { Controller } from '@nestjs/common';
import type { CallContext } from '../../../core/call-context.js';
import type { InputOf } from '../../../core/operation.js';
import { type Answer, json } from '../../../platform/http/answer.js';
import { Context, Handles, Input } from '../../../platform/http/operation.decorator.js';
import { AuditIngestService } from '../audit-ingest.service.js';
import { ingestKubernetesEvents } from '../ingest.operations.js';

@Controller()
export class IngestController {
  readonly #ingest: AuditIngestService;

  constructor(ingest: AuditIngestService) {
    this.#ingest = ingest;
  }

  @Handles(ingestKubernetesEvents)
  async ingest(
    @Context() ctx: CallContext,
    @Input() { body }: InputOf<typeof ingestKubernetesEvents>,
  ): Promise<Answer> {
    return json(200, await this.#ingest.ingest(ctx, body));
  }
}
