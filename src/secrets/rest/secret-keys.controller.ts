import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import type { InputOf } from '../../core/operation.js';
import { SecretValue } from '../../core/secret-value.js';
import type { Answer } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { deleteSecretKey, putSecretKey } from '../secret-writes.operations.js';
import { getSecretKey } from '../secret.operations.js';
import { SecretsService } from '../secrets.service.js';
import { freshness, readConditions, writeOptions } from './preconditions.js';
import { presentKey, presentWrite } from './secret.presenter.js';
import { WaitForChange } from './wait-for-change.service.js';

/** Controller of single keys over REST, as bare bytes. */
@Controller()
export class SecretKeysController {
  readonly #secrets: SecretsService;
  readonly #waits: WaitForChange;

  constructor(secrets: SecretsService, waits: WaitForChange) {
    this.#secrets = secrets;
    this.#waits = waits;
  }

  @Handles(getSecretKey)
  async get(
    @Context() ctx: CallContext,
    @Input() { params, query }: InputOf<typeof getSecretKey>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer> {
    const { reads, past } = this.#secrets;
    const { version } = query;
    const conditions = readConditions(request);
    if (version !== undefined) {
      return presentKey(await past.key(ctx, params, params.key, { ...conditions, version }));
    }
    const options = { ...conditions, ...freshness(query) };
    return presentKey(
      await this.#waits.during(request, reply, query, (wait) =>
        reads.key(ctx, params, params.key, { ...options, wait }),
      ),
    );
  }

  @Handles(putSecretKey)
  async put(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: InputOf<typeof putSecretKey>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentWrite(
      await this.#secrets.putKey(
        ctx,
        params,
        { key: params.key, value: SecretValue.fromBytes(body) },
        writeOptions(request, query.dryRun),
      ),
    );
  }

  @Handles(deleteSecretKey)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: InputOf<typeof deleteSecretKey>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentWrite(
      await this.#secrets.deleteKey(ctx, params, params.key, writeOptions(request, query.dryRun)),
    );
  }
}
