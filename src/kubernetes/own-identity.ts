import { Inject, Injectable } from '@nestjs/common';
import { unavailable } from '../core/errors/sallyport-error.js';
import { recordOf } from './kube-json.js';
import { SelfKubeClient } from './self-kube.client.js';

/** User name of the gateway at the API server; queried once, because it never changes. */
@Injectable()
export class OwnIdentity {
  readonly #self: Pick<SelfKubeClient, 'reviewOwnIdentity'>;
  #username: Promise<string> | undefined;

  constructor(@Inject(SelfKubeClient) self: Pick<SelfKubeClient, 'reviewOwnIdentity'>) {
    this.#self = self;
  }

  /** Returns the name. Throws Unavailable if the API server does not; the next call asks again. */
  username(): Promise<string> {
    this.#username ??= this.#ask().catch((error: unknown) => {
      this.#username = undefined;
      throw error;
    });
    return this.#username;
  }

  async #ask(): Promise<string> {
    const review = await this.#self.reviewOwnIdentity();
    const { username } = recordOf(recordOf(review['status'])['userInfo']);
    if (typeof username === 'string' && username !== '') return username;
    throw unavailable('the cluster cannot be reached', {
      internal: 'a SelfSubjectReview without a user',
    });
  }
}
