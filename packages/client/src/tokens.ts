import { callJson } from './call-json.js';
import {
  type CallOptions,
  type ListOptions,
  type WriteOptions,
  dryRunOf,
  headersOf,
  idempotencyKeyOf,
} from './options.js';
import { PagedList } from './pages.js';
import { pathOf, queryOf } from './path.js';
import type { Received } from './received.js';
import { SecretBytes } from './secret-bytes.js';
import type { Transport } from './transport.js';
import type { CreatedToken as CreatedBody, Token, TokenList, TokenRequest } from './types.js';

/** A new token, which does not show itself; undefined in a repeated response and a dry run. */
export type CreatedToken = Omit<CreatedBody, 'token'> & { readonly token: SecretBytes | undefined };

type TokenWriteOptions = CallOptions & Pick<WriteOptions, 'dryRun' | 'idempotencyKey'>;

/** Tokens of the gateway. */
export class Tokens {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async create(
    token: TokenRequest,
    options: TokenWriteOptions = {},
  ): Promise<Received<CreatedToken>> {
    const created = await callJson<CreatedBody>(this.#transport, {
      method: 'POST',
      path: pathOf('tokens') + queryOf(dryRunOf(options)),
      headers: headersOf(options),
      idempotencyKey: idempotencyKeyOf(options),
      signal: options.signal,
      body: JSON.stringify(token),
      mediaType: 'application/json',
    });
    const { token: text, ...others } = created.content;
    const bytes = text === null ? undefined : new SecretBytes(new TextEncoder().encode(text));
    return { ...created, content: { ...others, token: bytes } };
  }

  /** Lists tokens, newest first. */
  list(options: ListOptions = {}): PagedList<Token> {
    const { limit, signal } = options;
    return new PagedList(async (cursor) => {
      const path = pathOf('tokens') + queryOf({ limit, continue: cursor });
      const request = { method: 'GET', path, headers: headersOf(options), signal } as const;
      return (await callJson<TokenList>(this.#transport, request)).content;
    });
  }

  /** Ends a token, and all that were created with it. */
  revoke(id: string, options: TokenWriteOptions = {}): Promise<Received<Token>> {
    return callJson(this.#transport, {
      method: 'DELETE',
      path: pathOf('tokens', id) + queryOf(dryRunOf(options)),
      headers: headersOf(options),
      idempotencyKey: idempotencyKeyOf(options),
      signal: options.signal,
    });
  }
}
