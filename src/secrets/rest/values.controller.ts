import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import type { InputOf } from '../../core/operation.js';
import { type Answer, revealed } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { readPreconditions } from '../domain/read-preconditions.js';
import { renderValues } from '../domain/values/render-values.js';
import { parseValuesEntry } from '../domain/values/values-entry.js';
import { SecretsService } from '../secrets.service.js';
import { getValues } from '../values.operations.js';
import { WaitForChange } from './wait-for-change.service.js';

/** Controller of several Secrets or keys in one call over REST. */
@Controller()
export class ValuesController {
  readonly #secrets: SecretsService;
  readonly #waits: WaitForChange;

  constructor(secrets: SecretsService, waits: WaitForChange) {
    this.#secrets = secrets;
    this.#waits = waits;
  }

  @Handles(getValues)
  async get(
    @Context() ctx: CallContext,
    @Input() { params, query }: InputOf<typeof getValues>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer> {
    const { consistency, encoding, secret } = query;
    const asked = { namespace: params.namespace, entries: secret.map(parseValuesEntry) };
    const options = { ...readPreconditions(request.headers), consistency, encoding };
    return revealed(
      await this.#waits.during(request, reply, query, (wait) =>
        this.#secrets.values.read(ctx, asked, { ...options, wait }, renderValues(query)),
      ),
    );
  }
}
