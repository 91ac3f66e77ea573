import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiStatusError, expired } from '../model/api-status.js';
import type { JsonObject } from '../model/kube-object.js';
import type { Change } from '../model/object-reader.js';
import { apiVersionOf, storageKey } from '../model/resource-definition.js';
import { bounds } from '../store/sandbox-bounds.js';
import { type ListOptions, listOptions } from '../verbs/list-options.js';
import { futureRevision, requestedRevision } from '../verbs/resource-version.js';
import type { ApiParts, ResourceRequest } from '../verbs/resource-request.js';
import type { ConnectionWatches } from './connection-watches.js';
import type { Negotiated } from './negotiate.js';
import { EventWriter } from './event-writer.js';
import { WatchHistory } from './watch-history.js';
import type { WatchEvent, Watcher, Watchers, WatchScope } from './watchers.js';

/** Dependencies of a watch in addition to its request. */
export interface WatchParts extends ApiParts {
  readonly watchers: Watchers;
  readonly connections: ConnectionWatches;
  readonly onFault: (error: unknown) => void;
}

/** Destination of a watch. */
export interface WatchClient {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly negotiated: Negotiated;
}

/**
 * One watch, until its time ends, its definition changes, or its client disconnects or lags too
 * much. The watch catches up as fast as its client reads, then sends changes as they happen.
 */
export class WatchStream implements Watcher {
  readonly scope: WatchScope;
  readonly #parts: WatchParts;
  readonly #request: ResourceRequest;
  readonly #client: WatchClient;
  readonly #writer: EventWriter;
  readonly #options: ListOptions;
  readonly #since: number;
  #isLive = false;
  #isEnded = false;
  /** Revision up to which changes were sent, or are older than the client's request. */
  #toldRevision = 0;
  #timer: NodeJS.Timeout | undefined;
  #bookmarks: NodeJS.Timeout | undefined;

  /** Throws 400, 422 and 500 for invalid options, before anything is sent. */
  constructor(parts: WatchParts, request: ResourceRequest, client: WatchClient) {
    this.#parts = parts;
    this.#request = request;
    this.#client = client;
    this.#writer = new EventWriter(request, client.negotiated, parts.nowMs);
    this.#options = listOptions(request);
    this.#since = requestedRevision(request.query) ?? 0;
    const { definition, namespace } = request;
    this.scope = {
      resource: storageKey(definition),
      namespace: definition.isNamespaced ? namespace : '',
      name: this.#options.byFields?.name,
      selects: this.#options.selects,
    };
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  get backlogBytes(): number {
    return this.#client.response.writableLength;
  }

  /** `headers` are the headers of every response. */
  start(headers: Readonly<Record<string, string>>, contentType: string): void {
    const { request, response } = this.#client;
    const { watchers, connections } = this.#parts;
    const error = this.#refusal();
    response.writeHead(200, { ...headers, 'Content-Type': contentType });
    response.flushHeaders();
    if (error) return void response.end(this.#writer.error(error.toStatus()));
    watchers.add(this);
    response.once('close', this.#release).once('finish', this.#release);
    this.#timer = setTimeout(() => this.end(), this.#durationMs());
    connections.add(request.socket, this.#release);
    this.#catchUp(this.#history());
  }

  deliver(event: WatchEvent, change: Change): void {
    if (change.revision <= this.#toldRevision) return;
    this.#send(event, change);
    // Unread data takes memory; a client that is cut off lists again.
    if (this.backlogBytes > bounds.watchBacklogBytesMax) this.cutOff();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#stop();
    this.#client.response.end();
    // Until the client has read everything, the watch counts and takes memory.
    this.#timer = setTimeout(() => this.cutOff(), bounds.watchFlushMsMax);
  }

  cutOff(): void {
    this.#release();
    // Destroying a pipelined response alone would not free its memory, so the socket is destroyed.
    this.#client.request.socket.destroy();
  }

  readonly #release = (): void => {
    const { watchers, connections } = this.#parts;
    this.#stop();
    watchers.remove(this);
    connections.remove(this.#client.request.socket, this.#release);
  };

  #stop(): void {
    this.#isEnded = true;
    this.#isLive = false;
    clearInterval(this.#bookmarks);
    clearTimeout(this.#timer);
  }

  #refusal(): ApiStatusError | undefined {
    const { changes, revision } = this.#parts.store;
    const since = this.#since;
    if (since === 0) return undefined;
    if (this.#options.sendInitialEvents === true) {
      return since > revision ? futureRevision(since, revision) : undefined;
    }
    if (since >= changes.floor) return undefined;
    return expired(`too old resource version: ${since} (${changes.floor})`);
  }

  #history(): WatchHistory {
    const { store } = this.#parts;
    const isFromObjects = this.#options.sendInitialEvents === true;
    const since = isFromObjects ? undefined : this.#since || store.revision;
    return new WatchHistory(store, this.scope, since);
  }

  /** Sends the history at the client's pace, without blocking other requests. */
  #catchUp(history: WatchHistory): void {
    if (this.#isEnded) return;
    try {
      let isFull = false;
      const isDone = history.advance((event, change) => {
        isFull = !this.#send(event, change);
        return !isFull;
      });
      if (isDone) return this.#goLive(history.revision);
      const next = () => this.#catchUp(history);
      if (isFull) this.#client.response.once('drain', next);
      else setImmediate(next);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Starts directly after the last change of the history, in one synchronous step. */
  #goLive(revision: number): void {
    if (this.#isEnded) return;
    const { sendInitialEvents, allowWatchBookmarks } = this.#options;
    this.#toldRevision = revision;
    this.#isLive = true;
    if (!allowWatchBookmarks) return;
    if (sendInitialEvents === true) this.#sendBookmark(true);
    this.#bookmarks = setInterval(() => this.#sendBookmark(false), bounds.bookmarkEveryMs);
  }

  #fail(error: unknown): void {
    if (error instanceof ApiStatusError) {
      this.#write(this.#writer.error(error.toStatus()));
      this.end();
    } else {
      this.#parts.onFault(error);
      this.cutOff();
    }
  }

  #durationMs(): number {
    const { timeoutSeconds } = this.#options;
    if (timeoutSeconds === 0) return bounds.watchMsMin * (1 + Math.random());
    return Math.min(Math.max(timeoutSeconds * 1_000, 0), bounds.watchMsMax);
  }

  /** Returns false if the client should first read what waits for it. */
  #send(event: WatchEvent, change?: Change): boolean {
    return this.#write(this.#writer.line(event, change));
  }

  #sendBookmark(endsInitial: boolean): void {
    const { kind } = this.#request.definition;
    const revision = Math.max(this.#toldRevision, this.#parts.store.revision);
    const annotations = endsInitial ? { 'k8s.io/initial-events-end': 'true' } : undefined;
    const metadata: JsonObject = {
      resourceVersion: String(revision),
      ...(annotations ? { annotations } : {}),
    };
    const apiVersion = apiVersionOf(this.#request.definition);
    this.#write(this.#writer.bookmark({ kind, apiVersion, metadata }));
  }

  #write(line: string | Buffer): boolean {
    if (this.#isEnded) return false;
    const hasRoom = this.#client.response.write(line);
    this.#parts.watchers.written(Buffer.byteLength(line));
    return hasRoom;
  }
}
