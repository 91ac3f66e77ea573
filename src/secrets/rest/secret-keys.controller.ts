import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import type { InputOf } from '../../core/operation.js';
import { SecretValue } from '../../core/secret-value.js';
import type { Answer } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { readPreconditions } from '../domain/read-preconditions.js';
import { deleteSecretKey, putSecretKey } from '../secret-writes.operations.js';
import { getSecretKey } from '../secret.operations.js';
import { SecretsService } from '../secrets.service.js';
import type { KeyEntry } from '../write/key-entries.js';
import { freshness, writeOptions } from './preconditions.js';
import { presentKey, presentMember, presentWrite } from './secret.presenter.js';
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
    const { version, pointer } = query;
    const conditions = readPreconditions(request.headers);
    if (pointer !== undefined) {
      const place = { key: params.key, pointer };
      const isJson = query.as === 'json';
      if (version !== undefined) {
        return presentMember(
          await past.member(ctx, params, place, { ...conditions, version }),
          isJson,
        );
      }
      const read = await this.#waits.during(request, reply, query, (wait) =>
        reads.member(ctx, params, place, { ...conditions, ...freshness(query), wait }),
      );
      return presentMember(read, isJson);
    }
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
        keyEntry(params.key, query, body),
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
      await this.#secrets.deleteKey(
        ctx,
        params,
        { key: params.key, pointer: query.pointer },
        writeOptions(request, query.dryRun),
      ),
    );
  }
}

function keyEntry(
  key: string,
  { pointer, as }: InputOf<typeof putSecretKey>['query'],
  body: Buffer,
): KeyEntry {
  return { key, pointer, value: SecretValue.fromBytes(body), ...(as && { isJson: true }) };
}
