import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { successStatus } from '../../core/success-status.js';
import { type Answer, json } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { RequestLifetimes } from '../../platform/http/request-lifetimes.js';
import * as operations from '../rotation.operations.js';
import { RotationsService } from '../rotations.service.js';
import {
  idempotencyKeyOf,
  policyWriteOptions,
  presentPolicy,
  presentRuns,
  presentStarted,
} from './rotation.presenter.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Controller of rotations over REST: translates, decides nothing. */
@Controller()
export class RotationController {
  readonly #rotations: RotationsService;
  readonly #terms: RequestLifetimes;

  constructor(rotations: RotationsService, terms: RequestLifetimes) {
    this.#rotations = rotations;
    this.#terms = terms;
  }

  @Handles(operations.getRotation)
  async get(@Context() ctx: CallContext, @Input() { params }: In<'getRotation'>): Promise<Answer> {
    return presentPolicy(200, await this.#rotations.policies.get(ctx, params));
  }

  @Handles(operations.putRotation)
  async put(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'putRotation'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = policyWriteOptions(request, query.dryRun);
    const { view, created } = await this.#rotations.policies.put(ctx, params, body, options);
    return presentPolicy(created ? successStatus.created : successStatus.ok, view, {
      isDryRun: options.dryRun,
    });
  }

  @Handles(operations.deleteRotation)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteRotation'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = policyWriteOptions(request, query.dryRun);
    await this.#rotations.policies.delete(ctx, params, options);
    return { status: successStatus.noContent };
  }

  @Handles(operations.listRotationRuns)
  async list(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'listRotationRuns'>,
  ): Promise<Answer> {
    const { limit = limits.listItemsMax, continue: cursor } = query;
    return presentRuns(await this.#rotations.runs.list(ctx, params, { limit, cursor }));
  }

  @Handles(operations.startRotation)
  async start(
    @Context() ctx: CallContext,
    @Input() { params, body }: In<'startRotation'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = { idempotencyKey: idempotencyKeyOf(request) };
    const run = await this.#rotations.runs.start(ctx, params, body, options);
    return presentStarted(request.url, run);
  }

  @Handles(operations.getRotationRun)
  async getRun(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'getRotationRun'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer> {
    const term = this.#terms.hold(request, reply, ctx);
    try {
      return json(200, await this.#rotations.runs.get(ctx, params, params.id, { ...query, term }));
    } finally {
      term.release();
    }
  }

  @Handles(operations.cancelRotationRun)
  async cancel(
    @Context() ctx: CallContext,
    @Input() { params }: In<'cancelRotationRun'>,
  ): Promise<Answer> {
    return json(successStatus.accepted, await this.#rotations.runs.cancel(ctx, params, params.id));
  }

  @Handles(operations.retireRotationRun)
  async retire(
    @Context() ctx: CallContext,
    @Input() { params }: In<'retireRotationRun'>,
  ): Promise<Answer> {
    return json(successStatus.accepted, await this.#rotations.runs.retire(ctx, params, params.id));
  }
}
