import { Injectable } from '@nestjs/common';
import { foundOrUndefined } from '../core/errors/not-found.js';
import { unavailable } from '../core/errors/sallyport-error.js';
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
    const { namespace, name } = account;
    const found = await foundOrUndefined(() => this.#self.getServiceAccount(namespace, name));
    if (found === undefined) return undefined;
    const uid = textOf(recordOf(found['metadata'])['uid']);
    if (uid === '') throw unavailable('the cluster gave an unexpected answer');
    return uid;
  }
}
