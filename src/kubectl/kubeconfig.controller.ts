import { Controller } from '@nestjs/common';
import type { CallContext } from '../core/call-context.js';
import type { InputOf } from '../core/operation.js';
import type { Answer } from '../platform/http/answer.js';
import { Context, Handles, Input } from '../platform/http/operation.decorator.js';
import { getKubeconfig } from './kubeconfig.operations.js';
import { KubeconfigService } from './kubeconfig.service.js';

const yaml = { 'content-type': 'application/yaml' };

@Controller()
export class KubeconfigController {
  readonly #kubeconfigs: KubeconfigService;

  constructor(kubeconfigs: KubeconfigService) {
    this.#kubeconfigs = kubeconfigs;
  }

  @Handles(getKubeconfig)
  async get(
    @Context() ctx: CallContext,
    @Input() { query }: InputOf<typeof getKubeconfig>,
  ): Promise<Answer> {
    const body = await this.#kubeconfigs.kubeconfig(ctx, query.tokenFile);
    return { status: 200, headers: yaml, body };
  }
}
