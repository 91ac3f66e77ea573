import { Controller } from '@nestjs/common';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { type Answer, jsonPage } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { listNamespaces } from '../namespace.operations.js';
import { NamespacesService } from '../namespaces.service.js';

@Controller()
export class NamespacesController {
  readonly #namespaces: NamespacesService;

  constructor(namespaces: NamespacesService) {
    this.#namespaces = namespaces;
  }

  @Handles(listNamespaces)
  async list(
    @Context() ctx: CallContext,
    @Input() { query }: InputOf<typeof listNamespaces>,
  ): Promise<Answer> {
    return jsonPage(
      await this.#namespaces.list(ctx, {
        limit: query.limit ?? limits.listItemsMax,
        cursor: query.continue,
      }),
    );
  }
}
