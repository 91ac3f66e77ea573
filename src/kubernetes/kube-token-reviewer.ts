import { Injectable } from '@nestjs/common';
import { type ReviewedUser, type TokenReview, TokenReviewer } from '../auth/token-reviewer.js';
import type { SecretValue } from '../core/secret-value.js';
import { listOf, recordOf, textOf } from './kube-json.js';
import { SelfKubeClient } from './self-kube.client.js';

/** TokenReview at the API server, with the gateway's own right. */
@Injectable()
export class KubeTokenReviewer extends TokenReviewer {
  readonly #self: SelfKubeClient;

  constructor(self: SelfKubeClient) {
    super();
    this.#self = self;
  }

  /** Reviews; a refused token has no `authenticated` member at all, so only true counts. */
  override async review(
    token: SecretValue,
    audiences: readonly string[],
  ): Promise<TokenReview | undefined> {
    const answer = await this.#self.reviewToken(token.reveal().toString('ascii'), audiences);
    const status = recordOf(answer['status']);
    if (status['authenticated'] !== true || textOf(status['error']) !== '') return undefined;
    return {
      authenticated: true,
      audiences: textsOf(status['audiences']),
      user: userOf(recordOf(status['user'])),
    };
  }
}

function userOf(user: Readonly<Record<string, unknown>>): ReviewedUser {
  const extra = Object.entries(recordOf(user['extra']));
  return {
    username: textOf(user['username']),
    uid: textOf(user['uid']),
    groups: textsOf(user['groups']),
    extra: Object.fromEntries(extra.map(([key, values]) => [key, textsOf(values)])),
  };
}

function textsOf(value: unknown): string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}
