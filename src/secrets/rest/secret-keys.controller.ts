import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import type { InputOf } from '../../core/operation.js';
import { SecretValue } from '../../core/secret-value.js';
import type { Answer } from '../../http/answer.js';
import { Context, Handles, Input } from '../../http/operation.decorator.js';
import { deleteSecretKey, getSecretKey, putSecretKey } from '../secret.operations.js';
import { SecretsService } from '../secrets.service.js';
import { readConditions, writeOptions } from './preconditions.js';
import { presentKey, presentWrite } from './secret.presenter.js';

/** Single keys over REST, as bare bytes. */
@Controller()
export class SecretKeysController {
  readonly #secrets: SecretsService;

  constructor(secrets: SecretsService) {
    this.#secrets = secrets;
  }

  @Handles(getSecretKey)
  async get(
    @Context() ctx: CallContext,
    @Input() { params, query }: InputOf<typeof getSecretKey>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const { reads, past } = this.#secrets;
    const { version, resourceVersion: notOlderThan } = query;
    const conditions = readConditions(request);
    return presentKey(
      version === undefined
        ? await reads.key(ctx, params, params.key, { ...conditions, notOlderThan })
        : await past.key(ctx, params, params.key, { ...conditions, version }),
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
