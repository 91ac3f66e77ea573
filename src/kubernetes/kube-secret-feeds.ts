import { Injectable } from '@nestjs/common';
import { typesFieldSelector } from '../versions/domain/excluded.js';
import { type FeedRequest, type RunningFeed, SecretFeeds } from '../versions/domain/secret-feed.js';
import { SecretWatch } from './secret-watch.js';
import { ServedCollections } from './served-collections.js';

/** Feeds of watches by the broker. */
@Injectable()
export class KubeSecretFeeds extends SecretFeeds {
  readonly #collections: ServedCollections;

  constructor(collections: ServedCollections) {
    super();
    this.#collections = collections;
  }

  override open({ sink, isFollowed, excludedTypes, record }: FeedRequest): RunningFeed {
    const watch = new SecretWatch({
      ...this.#collections.of((stream) => `secrets of ${stream}`),
      isFollowed,
      fieldSelector: typesFieldSelector(excludedTypes),
      sink,
      record,
    });
    this.#collections.nudgeOnChange(watch);
    return watch;
  }
}
