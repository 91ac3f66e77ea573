import { callJson } from './call-json.js';
import { jsonBody } from './json-body.js';
import { type ListOptions, type WriteOptions, dryRunOf, writeRequest } from './options.js';
import { listed } from './list-call.js';
import type { PagedList } from './pages.js';
import { pathOf, queryOf } from './path.js';
import type { Received } from './received.js';
import { SecretBytes } from './secret-bytes.js';
import type { Transport } from './transport.js';
import type { CreatedToken as CreatedBody, Token, TokenRequest } from './types.js';

/** A new token, which does not show itself; undefined in a repeated response and a dry run. */
export type CreatedToken = Omit<CreatedBody, 'token'> & { readonly token: SecretBytes | undefined };

/** Tokens of the gateway. */
export class Tokens {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async create(token: TokenRequest, options: WriteOptions = {}): Promise<Received<CreatedToken>> {
    const created = await callJson<CreatedBody>(this.#transport, {
      ...writeRequest(options),
      ...jsonBody(token),
      method: 'POST',
      path: pathOf('tokens') + queryOf(dryRunOf(options)),
    });
    const { token: text, ...others } = created.content;
    const bytes = text === null ? undefined : new SecretBytes(new TextEncoder().encode(text));
    return { ...created, content: { ...others, token: bytes } };
  }

  /** Lists tokens, newest first. */
  list(options: ListOptions = {}): PagedList<Token> {
    const { limit, reason, signal } = options;
    return listed(this.#transport, { path: pathOf('tokens'), query: { limit }, reason, signal });
  }

  /** Ends a token, and all that were created with it. */
  async revoke(id: string, options: WriteOptions = {}): Promise<Received<Token>> {
    return callJson(this.#transport, {
      ...writeRequest(options),
      method: 'DELETE',
      path: pathOf('tokens', id) + queryOf(dryRunOf(options)),
    });
  }
}
