import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { ClusterIdentity } from '../versions/domain/secret-feed.js';
import { recordOf, textOf } from './kube-json.js';
import { SelfKubeClient } from './self-kube.client.js';

/** Identity of the cluster: the uid of its namespace `kube-system`, which is never recreated. */
@Injectable()
export class KubeClusterUid extends ClusterIdentity {
  readonly #self: Pick<SelfKubeClient, 'getNamespace'>;
  #uid: string | undefined;

  constructor(@Inject(SelfKubeClient) self: Pick<SelfKubeClient, 'getNamespace'>) {
    super();
    this.#self = self;
  }

  /** Returns the uid. Throws Unavailable before the cluster was reached. */
  override get(): string {
    if (this.#uid !== undefined) return this.#uid;
    throw unavailable('the cluster cannot be reached', { internal: 'its uid is not known yet' });
  }

  /** Queries once; throws SallyportError. */
  async ask(signal?: AbortSignal): Promise<string> {
    const namespace = await this.#self.getNamespace('kube-system', { signal });
    const uid = textOf(recordOf(namespace['metadata'])['uid']);
    if (uid === '') throw unavailable('the cluster gave an unexpected answer');
    this.#uid = uid;
    return uid;
  }

  /** Resolves once it is known, or the signal aborts. */
  override async learn(signal: AbortSignal): Promise<void> {
    while (this.#uid === undefined && !signal.aborted) {
      await this.ask(signal).catch(() => undefined);
      if (this.#uid !== undefined) return;
      await wait(limits.watchBackoffMsMin, undefined, { signal }).catch(() => undefined);
    }
  }
}
