import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { type Answer, json } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import * as operations from '../version.operations.js';
import { VersionsService } from '../versions.service.js';
import {
  presentVersion,
  presentVersionResult,
  presentVersions,
  versionWriteOptions,
} from './version.presenter.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Controller of histories over REST: translates, decides nothing. */
@Controller()
export class VersionsController {
  readonly #versions: VersionsService;

  constructor(versions: VersionsService) {
    this.#versions = versions;
  }

  @Handles(operations.listSecretVersions)
  async list(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'listSecretVersions'>,
  ): Promise<Answer> {
    const { limit = limits.listItemsMax, continue: cursor } = query;
    return presentVersions(await this.#versions.reads.list(ctx, params, { limit, cursor }));
  }

  @Handles(operations.getSecretVersion)
  async get(
    @Context() ctx: CallContext,
    @Input() { params }: In<'getSecretVersion'>,
  ): Promise<Answer> {
    return presentVersion(await this.#versions.reads.get(ctx, params, params.version));
  }

  @Handles(operations.diffSecretVersions)
  async diff(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'diffSecretVersions'>,
  ): Promise<Answer> {
    const { from = 'previous', to = 'current' } = query;
    return json(200, await this.#versions.reads.diff(ctx, params, { from, to }));
  }

  @Handles(operations.deleteSecretVersion)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteSecretVersion'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = versionWriteOptions(request, query.dryRun);
    const { states } = this.#versions;
    return presentVersionResult(await states.delete(ctx, params, params.version, options));
  }

  @Handles(operations.undeleteSecretVersion)
  async undelete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'undeleteSecretVersion'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = versionWriteOptions(request, query.dryRun);
    const { states } = this.#versions;
    return presentVersionResult(await states.undelete(ctx, params, params.version, options));
  }

  @Handles(operations.destroySecretVersion)
  async destroy(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'destroySecretVersion'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = versionWriteOptions(request, query.dryRun);
    const { states } = this.#versions;
    return presentVersionResult(await states.destroy(ctx, params, params.version, options));
  }

  @Handles(operations.setVersionAlias)
  async setAlias(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'setVersionAlias'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = versionWriteOptions(request, query.dryRun);
    const given = { alias: params.alias, reference: body.version };
    return presentVersionResult(await this.#versions.aliases.set(ctx, params, given, options));
  }

  @Handles(operations.removeVersionAlias)
  async removeAlias(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'removeVersionAlias'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = versionWriteOptions(request, query.dryRun);
    const { aliases } = this.#versions;
    return presentVersionResult(await aliases.remove(ctx, params, params.alias, options));
  }

  @Handles(operations.restoreNamespace)
  async restoreNamespace(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'restoreNamespace'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const { at, labelSelector } = body;
    const wanted = { atMs: Date.parse(at), labelSelector };
    const options = versionWriteOptions(request, query.dryRun);
    const { namespaces } = this.#versions;
    const items = await namespaces.restore(ctx, params.namespace, wanted, options);
    return json(200, { items });
  }
}
