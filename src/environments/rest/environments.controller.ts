import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { successStatus } from '../../core/success-status.js';
import { specWriteOptions } from '../../custom-resources/domain/write-conditions.js';
import { type Answer, revealed, revealedBytes } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { readPreconditions } from '../../secrets/domain/read-preconditions.js';
import { renderValues } from '../../secrets/domain/values/render-values.js';
import { WaitForChange } from '../../secrets/rest/wait-for-change.service.js';
import { environmentSpecOf } from '../domain/environment-spec.js';
import * as operations from '../environments.operations.js';
import { EnvironmentsService } from '../environments.service.js';
import {
  presentEnvironment,
  presentEnvironments,
  presentWritten,
} from './environments.presenter.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Controller of environments over REST: translates, decides nothing. */
@Controller()
export class EnvironmentsController {
  readonly #environments: EnvironmentsService;
  readonly #waits: WaitForChange;

  constructor(environments: EnvironmentsService, waits: WaitForChange) {
    this.#environments = environments;
    this.#waits = waits;
  }

  @Handles(operations.listEnvironments)
  async list(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'listEnvironments'>,
  ): Promise<Answer> {
    const { limit = limits.listItemsMax, continue: cursor } = query;
    return presentEnvironments(
      await this.#environments.list(ctx, params.namespace, { limit, cursor }),
    );
  }

  @Handles(operations.getEnvironment)
  async get(
    @Context() ctx: CallContext,
    @Input() { params }: In<'getEnvironment'>,
  ): Promise<Answer> {
    return presentEnvironment(await this.#environments.get(ctx, params));
  }

  @Handles(operations.putEnvironment)
  async put(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'putEnvironment'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = specWriteOptions(request, query.dryRun);
    const spec = environmentSpecOf(body);
    return presentWritten(await this.#environments.put(ctx, params, spec, options), options.dryRun);
  }

  @Handles(operations.deleteEnvironment)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteEnvironment'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    await this.#environments.delete(ctx, params, specWriteOptions(request, query.dryRun));
    return { status: successStatus.noContent };
  }

  @Handles(operations.getEnvironmentValues)
  async values(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'getEnvironmentValues'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer> {
    const { consistency, encoding } = query;
    const options = { ...readPreconditions(request.headers), consistency, encoding };
    return revealed(
      await this.#waits.during(request, reply, query, (wait) =>
        this.#environments.reads.values(ctx, params, { ...options, wait }, renderValues(query)),
      ),
    );
  }

  @Handles(operations.getEnvironmentKey)
  async key(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'getEnvironmentKey'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer> {
    const options = { ...readPreconditions(request.headers), consistency: query.consistency };
    return revealedBytes(
      await this.#waits.during(request, reply, query, (wait) =>
        this.#environments.reads.value(ctx, params, params.key, { ...options, wait }),
      ),
    );
  }
}
