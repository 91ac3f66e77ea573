import { unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { KubeCall } from '../kube-call.js';
import { exchange, type KubeObject } from '../kube-exchange.js';
import type { KubeTransport, OutboundIdentity } from '../kube-transport.js';
import { type KubeActor, translateKubeError } from '../translate-kube-error.js';

export type CollectionQuery = Readonly<Record<string, string>>;

/** Objects of one kind, in a namespace or everywhere, as an identity that may list and watch. */
export interface Collection {
  /** Name for the log. */
  readonly name: string;
  /** Lists one page. Throws SallyportError. */
  list(query: CollectionQuery, signal: AbortSignal): Promise<KubeObject>;
  /** Returns the bytes of a watch; it is stale, and ends, after `limits.watchStaleMs`. */
  watch(query: CollectionQuery, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
}

export interface CollectionSettings {
  /** Unencoded segments, e.g. `apis`, group, version, resource. */
  readonly path: readonly string[];
  /** Whether to request only metadata, so that nothing else is sent or retained. */
  readonly isMetadataOnly?: boolean;
  readonly pageBytesMax?: number;
  /** Narrows lists and watches, e.g. `fieldSelector`. */
  readonly query?: CollectionQuery;
  /** Returns `Audit-ID`s that are recorded. */
  readonly nextUpstreamId?: () => Promise<string>;
}

/** Identity of the client that opens it. */
export interface CollectionReader {
  readonly transport: KubeTransport;
  readonly identity: OutboundIdentity;
  readonly actor: KubeActor;
}

/** Opens a collection for the clients, which pass their identity. */
export function openCollection(reader: CollectionReader, settings: CollectionSettings): Collection {
  const { transport, identity, actor } = reader;
  const { path, isMetadataOnly = false, pageBytesMax, query: narrowed = {} } = settings;
  const { nextUpstreamId } = settings;
  const call = (kind: string): KubeCall & { readonly effect: 'none' } => ({
    method: 'GET',
    path,
    effect: 'none',
    ...(isMetadataOnly ? { accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` } : {}),
    ...(pageBytesMax === undefined ? {} : { responseBytesMax: pageBytesMax }),
    ...(nextUpstreamId === undefined ? {} : { nextUpstreamId }),
  });
  return {
    name: path.at(-1) ?? '',
    list: (page, signal) => {
      const query = { ...narrowed, ...page };
      const list = { ...call('PartialObjectMetadataList'), query, signal };
      return exchange(transport, list, identity, actor);
    },
    async watch(query, signal) {
      const watch = {
        ...call('PartialObjectMetadata'),
        query: { ...narrowed, ...query, watch: 'true' },
        signal,
        timeoutMs: limits.watchStaleMs,
      };
      const answer = await transport.stream(watch, identity);
      if (answer.status >= 400) throw translateKubeError(answer, watch, actor);
      if (answer.status === 200) return answer.chunks;
      const internal = `API server answered a watch with ${answer.status}`;
      throw unavailable('the cluster gave an unexpected answer', { internal });
    },
  };
}
