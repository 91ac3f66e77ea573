import { Injectable } from '@nestjs/common';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { ServiceAccountDirectory } from '../tokens/domain/service-account-directory.js';
import { recordOf, textOf } from './kube-json.js';
import { SelfKubeClient } from './self-kube.client.js';

/** ServiceAccounts read one by one with the gateway's own right. */
@Injectable()
export class KubeServiceAccountDirectory extends ServiceAccountDirectory {
  readonly #self: SelfKubeClient;

  constructor(self: SelfKubeClient) {
    super();
    this.#self = self;
  }

  override async uidOf(account: {
    readonly namespace: string;
    readonly name: string;
  }): Promise<string | undefined> {
    try {
      const found = await this.#self.getServiceAccount(account.namespace, account.name);
      const uid = textOf(recordOf(found['metadata'])['uid']);
      if (uid === '') throw unavailable('the cluster gave an unexpected answer');
      return uid;
    } catch (error) {
      if (error instanceof SallyportError && error.code === 'NotFound') return undefined;
      throw error;
    }
  }
}
