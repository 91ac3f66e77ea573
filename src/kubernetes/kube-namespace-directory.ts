import { Injectable } from '@nestjs/common';
import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import {
  NamespaceDirectory,
  type NamespaceInfo,
} from '../namespaces/domain/namespace-directory.js';
import { SelfKubeClient } from './self-kube.client.js';

interface NamespaceList {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly {
    readonly metadata?: {
      readonly name?: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly deletionTimestamp?: string;
    };
  }[];
}

/** Namespaces read page by page with the gateway's own right. */
@Injectable()
export class KubeNamespaceDirectory extends NamespaceDirectory {
  readonly #self: SelfKubeClient;

  constructor(self: SelfKubeClient) {
    super();
    this.#self = self;
  }

  override async list(onUpstreamId: (id: string) => void): Promise<readonly NamespaceInfo[]> {
    const found: NamespaceInfo[] = [];
    let next: string | undefined;
    do {
      const page = {
        limit: limits.listItemsMax,
        ...(next === undefined ? {} : { continue: next }),
      };
      // The API server's NamespaceList; every member is checked before use.
      const list = (await this.#self.listNamespaces(page, { onUpstreamId })) as NamespaceList;
      for (const { metadata } of list.items ?? []) {
        if (metadata?.name) found.push({ name: metadata.name, labels: metadata.labels ?? {} });
      }
      next = list.metadata?.continue === '' ? undefined : list.metadata?.continue;
      if (found.length > limits.namespacesMax)
        throw unavailable('the cluster has too many namespaces');
    } while (next !== undefined);
    return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}
