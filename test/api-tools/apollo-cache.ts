import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DocumentNode, parse, print } from 'graphql';
import { ensureNpmTool } from './npm-tools.js';

/** Values of an operation, or its result. */
export type Members = Readonly<Record<string, unknown>>;

/** What the tests use of Apollo Client's InMemoryCache. */
interface InMemoryCache {
  transformDocument(document: DocumentNode): DocumentNode;
  write(options: {
    readonly dataId: string;
    readonly query: DocumentNode;
    readonly variables: Members;
    readonly result: Members;
  }): unknown;
  readQuery(options: { readonly query: DocumentNode; readonly variables: Members }): Members | null;
  extract(): Readonly<Record<string, Members>>;
}

/** Sends a text of GraphQL to a gateway; returns `data`. */
type Ask = (query: string, variables: Members) => Promise<Members>;

/** A cache of Apollo Client with its default settings, in front of a gateway. */
export class ApolloCache {
  readonly #cache: InMemoryCache;
  readonly #ask: Ask;

  private constructor(cache: InMemoryCache, ask: Ask) {
    this.#cache = cache;
    this.#ask = ask;
  }

  /** Returns an empty cache. Rejects if Apollo Client cannot be installed. */
  static async create(ask: Ask): Promise<ApolloCache> {
    const folder = await ensureNpmTool('apollo-client');
    const path = join(folder, 'node_modules/@apollo/client/cache/index.js');
    const { InMemoryCache } = (await import(pathToFileURL(path).href)) as {
      readonly InMemoryCache: new () => InMemoryCache;
    };
    return new ApolloCache(new InMemoryCache(), ask);
  }

  /** Sends a query and caches its result, as a client does; returns the result. */
  query(text: string, variables: Members = {}): Promise<Members> {
    return this.#send('ROOT_QUERY', text, variables);
  }

  /** Sends a mutation and caches its result, as a client does; returns the result. */
  mutate(text: string, variables: Members): Promise<Members> {
    return this.#send('ROOT_MUTATION', text, variables);
  }

  /** Returns the cached result of a query; null if a part is not cached. */
  read(text: string, variables: Members = {}): Members | null {
    return this.#cache.readQuery({ query: parse(text), variables });
  }

  /** Returns the keys of the cached objects of a type. */
  keysOf(type: string): readonly string[] {
    return Object.keys(this.#cache.extract()).filter((key) => key.startsWith(`${type}:`));
  }

  async #send(dataId: string, text: string, variables: Members): Promise<Members> {
    const query = this.#cache.transformDocument(parse(text));
    const result = await this.#ask(print(query), variables);
    this.#cache.write({ dataId, query, variables, result });
    return result;
  }
}
